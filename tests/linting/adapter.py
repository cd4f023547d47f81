"""dbt's `adapter` as the SQL linter meets it: it lints what DuckDB is given."""

from __future__ import annotations

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def dispatch(context: Context, name: str) -> Any:
    """The macro of a name for the default engine."""
    return context.resolve(f"default__{name}")
