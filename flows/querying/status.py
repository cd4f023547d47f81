"""What readers hold right now, and whether the raw files have moved on since."""

from __future__ import annotations

import datetime as dt

from rich.console import Console

from flows.fingerprint import fingerprint
from flows.release.current import require_release
from flows.settings import Paths


def age(since: dt.datetime, now: dt.datetime) -> str:
    """Time gone by in the largest unit that says something."""
    seconds = int((now - since).total_seconds())
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def status(paths: Paths, console: Console, now: dt.datetime | None = None) -> None:
    """Print the state of the warehouse. Raises G60Error before the first release."""
    release = require_release(paths)
    said = release.manifest
    built = dt.datetime.fromisoformat(said["built_at"])
    is_fresh = fingerprint(paths) == said["fingerprint"]
    lines = {
        "release": f"{release.id}, {age(built, now or dt.datetime.now(dt.UTC))} old",
        "inputs": "unchanged since" if is_fresh else "changed since: run g60 refresh",
        "documents": f"{said['documents']} from {said['files']} files",
        "cells": f"{said['cells_read']} read, {said['cells_landed']} landed, "
        f"{said['cells_quarantined']} quarantined, {said['cells_not_data']} not data",
        "tests": f"{said['tests_passed']} passed, {said['tests_warned']} warned",
        "releases": f"{len(list(paths.releases.glob('[0-9]*')))} kept",
        "database": str(paths.current),
        "docs": str(release.docs),
    }
    for label, text in lines.items():
        console.print(f"{label:<10} {text}", soft_wrap=True, highlight=False)
