"""What readers hold right now, how the last run ended, and whether the raw files have moved on since."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rich.console import Console
from rich.markdown import Markdown

from flows.errors import G60Error
from flows.fingerprint import fingerprint
from flows.release.current import require_release
from flows.release.history import release_folders
from flows.release.ledger import read_ledger
from flows.serving.plan import ZONE
from flows.serving.state import is_served, next_run, read_state
from flows.settings import Paths
from flows.terminal import print_line

WIDTH = 10


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
    now = now or dt.datetime.now(dt.UTC)
    ledger = read_ledger(paths)
    run = ledger.last_run
    try:
        release = require_release(paths)
    except G60Error:
        if run:
            print_line(console, "last run", f"{run.outcome}: {run.sentence}", WIDTH)
        raise
    said = release.manifest
    built = dt.datetime.fromisoformat(said["built_at"])
    is_fresh = fingerprint(paths) == said["fingerprint"]
    lines = {
        "release": f"{release.id}, {age(built, now)} old",
        "inputs": "unchanged since" if is_fresh else "changed since: run g60 refresh",
        "documents": f"{said['documents']} from {said['files']} files",
        "cells": f"{said['cells_read']} read, {said['cells_landed']} landed, "
        f"{said['cells_quarantined']} quarantined, {said['cells_not_data']} not data",
        "tests": f"{said['tests_passed']} passed, {said['tests_warned']} warned",
        "releases": f"{len(release_folders(paths))} kept",
    }
    if run:
        ended = dt.datetime.fromisoformat(run.ended)
        lines["last run"] = f"{run.outcome} {age(ended, now)} ago: {run.sentence}"
    if is_served(paths):
        coming, served = next_run(paths), read_state(paths)
        at = f"{coming.astimezone(ZONE):%Y-%m-%d %H:%M} {ZONE.key}" if coming else "not scheduled yet"
        lines["next run"] = f"{at}, by process {served.get('pid')}, see {served.get('ui')}"
        if served.get("sql"):
            lines["sql"] = f"{served['sql']}"
    if ledger.held:
        lines["held"] = "; ".join(ledger.held.reasons) + "; see g60 diff, then g60 release --accept"
    lines |= {"database": str(paths.current), "docs": str(release.docs), "report": f"{paths.report}"}
    for label, text in lines.items():
        print_line(console, label, text, WIDTH)


def status_facts(paths: Paths) -> dict[str, Any]:
    """The state of the warehouse for a program. Raises G60Error before the first release."""
    release, ledger = require_release(paths), read_ledger(paths)
    said = release.manifest
    coming = next_run(paths)
    return {
        "release": release.id,
        "built_at": said["built_at"],
        "inputs_changed": fingerprint(paths) != said["fingerprint"],
        "documents": said["documents"],
        "files": said["files"],
        "cells": {name: said[f"cells_{name}"] for name in ("read", "landed", "quarantined", "not_data")},
        "tests": {name: said[f"tests_{name}"] for name in ("passed", "warned")},
        "releases": len(release_folders(paths)),
        "last_run": ledger.last_run.model_dump() if ledger.last_run else None,
        "serving": {**read_state(paths), "next_run": coming and coming.isoformat()}
        if is_served(paths)
        else None,
        "held": ledger.held.reasons if ledger.held else None,
        "database": str(paths.current),
        "docs": str(release.docs),
        "report": str(paths.report),
    }


def print_report(paths: Paths, console: Console) -> None:
    """The whole report of the last run that did anything. Raises G60Error before there is one."""
    try:
        text = paths.report.read_text(encoding="utf-8")
    except OSError as error:
        raise G60Error("no run has left a report yet", str(paths.report), "run g60 refresh first") from error
    console.print(Markdown(text) if console.is_terminal else text, soft_wrap=not console.is_terminal)
