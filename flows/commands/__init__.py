"""The commands of `g60`, a module a group: importing one registers it. A new one is named here."""

from __future__ import annotations

from importlib import import_module

# In the order of `g60 --help`.
GROUPS = ("build", "ask", "report", "release", "copying", "service")


def register() -> None:
    """Bring in every group, so that its commands are known."""
    for group in GROUPS:
        import_module(f"flows.commands.{group}")
