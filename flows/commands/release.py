"""Commands on releases: diff, release, rollback, verify."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.base import RELEASE, Example, Keep, Raw, Speech, Warehouse, command, complete_release
from flows.errors import G60Error
from flows.settings import Paths, paths
from flows.terminal import print_sentence, print_table, waiting

SHOWN_FAULTS = 3


@command(
    RELEASE,
    Example("g60 diff", "what the newest release changed, or what is held would change"),
    Example("g60 diff --limit 200 --json", "more of it, for a program"),
)
def diff(
    speech: Speech,
    a: Annotated[
        str | None,
        typer.Argument(
            help="a release, else the one before B", show_default=False, autocompletion=complete_release
        ),
    ] = None,
    b: Annotated[
        str | None,
        typer.Argument(
            help="a release or held, else what is held or the current one",
            show_default=False,
            autocompletion=complete_release,
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="how many changes to print")] = 50,
    warehouse: Warehouse = None,
) -> None:
    """Say in words what changed between two releases, or what a held build would change, and why."""
    from flows.querying.diff import diff as differences
    from flows.querying.diff import print_diff

    where = paths(None, warehouse)
    if speech.is_json:
        speech.give(differences(where, a, b, limit))
    else:
        print_diff(where, a, b, limit, speech.console)


@command(
    RELEASE,
    Example("g60 release", "the releases there are"),
    Example('g60 release --accept --note "the table was withdrawn"', "publish what is held"),
    Example("g60 release --pin 20261126T112254Z --note cited", "keep one for ever"),
)
def release(
    speech: Speech,
    accept: Annotated[bool, typer.Option("--accept", help="publish the difference that is held")] = False,
    note: Annotated[str | None, typer.Option(help="why, for --accept and --pin")] = None,
    pin: Annotated[
        str | None,
        typer.Option(metavar="ID", help="keep this release for ever", autocompletion=complete_release),
    ] = None,
    unpin: Annotated[
        str | None,
        typer.Option(metavar="ID", help="no longer keep it for ever", autocompletion=complete_release),
    ] = None,
    prune: Annotated[bool, typer.Option("--prune", help="clear away old releases now")] = False,
    keep: Keep = 10,
    raw: Raw = None,
    warehouse: Warehouse = None,
) -> None:
    """List the releases; accept what is held, pin, unpin or clear away."""
    from flows.querying.releases import list_releases, print_releases
    from flows.release import history
    from flows.release.lock import lock

    where = paths(raw, warehouse)
    if accept:
        from flows.commands.build import run_flow, tell_release

        run_flow(where, where, speech.console, accept=note or f"accepted by {getpass.getuser()}", keep=keep)
        tell_release(where, speech)
        return
    gone: list[str] = []
    if pin or unpin or prune:
        with lock(where):
            if pin:
                history.pin(where, pin, note or f"pinned by {getpass.getuser()}")
            if unpin:
                history.unpin(where, unpin)
            gone = history.prune(where, keep) if prune else []
    if speech.is_json:
        speech.give({**list_releases(where), "cleared_away": gone})
        return
    for name in gone:
        print_sentence(speech.console, f"cleared away {name}")
    print_releases(where, speech.console)


@command(
    RELEASE,
    Example("g60 rollback", "give readers the release before"),
)
def rollback(
    speech: Speech,
    to: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="the release, else the one before",
            show_default=False,
            autocompletion=complete_release,
        ),
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """Give readers an earlier release; the one left is not made again until its inputs change."""
    from flows.release.history import rollback as roll_back
    from flows.release.lock import lock

    where = paths(None, warehouse)
    with lock(where):
        left, now = roll_back(where, to)
    if speech.is_json:
        speech.give({"release": now.id, "left": left.id})
    else:
        print_sentence(speech.console, f"readers hold {now.id} again, no longer {left.id}")


@command(
    RELEASE,
    Example("g60 verify", "whether the current release is what was published"),
    Example("g60 verify --against warehouse/spark", "whether Spark came to the same tables as DuckDB"),
)
def verify(
    speech: Speech,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="a release, else the current one",
            show_default=False,
            autocompletion=complete_release,
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="a folder of models that Spark wrote, compared with the last build of DuckDB"),
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """Hold a release against its manifest, byte by byte; status 1 when anything differs."""
    if against:
        hold_against(paths(None, warehouse), against.expanduser().resolve(), speech)
        return
    from flows.release.current import require_release
    from flows.release.history import find_release
    from flows.release.verify import faults

    where = paths(None, warehouse)
    found = find_release(where, name) if name else require_release(where)
    with waiting("the release is held against its manifest"):
        wrong = faults(found)
    contents = found.manifest["contents"]
    size = sum(file["bytes"] for file in contents.values())
    if speech.is_json:
        answer = {"release": found.id, "is_whole": not wrong, "files": len(contents), "bytes": size}
        speech.give({**answer, "faults": wrong})
    if wrong:
        left = len(wrong) - SHOWN_FAULTS
        more = f"; and {left} more" if left > 0 else ""
        remedy = "go back with g60 rollback, or make it anew with g60 refresh --force"
        raise G60Error("; ".join(wrong[:SHOWN_FAULTS]) + more, str(found.folder), remedy)
    if not speech.is_json:
        print_sentence(speech.console, f"release {found.id} is whole: {len(contents)} files, {size:,} bytes")


def hold_against(where: Paths, folder: Path, speech: Speech) -> None:
    """The models of a folder beside the tables of DuckDB, a line each. Raises G60Error where any differs."""
    from flows.distributing.compare import compare

    with waiting("the models are compared row by row"):
        found = compare(where, folder)
    if speech.is_json:
        speech.give({"folder": str(folder), "models": [one.facts for one in found]})
    else:
        names = ["model", "rows", "largest relative difference", "result"]
        cells = [
            [one.model, f"{one.rows:,}", f"{one.largest_difference:.1e}", "differs" if one.faults else "same"]
            for one in found
        ]
        print_table(speech.console, names, cells)
    if wrong := [f"{one.model}: {fault}" for one in found for fault in one.faults]:
        what = "Spark and DuckDB differ: " + "; ".join(wrong[:SHOWN_FAULTS])
        remedy = "build both anew from the same inputs; if they differ again, correct the model"
        raise G60Error(what, str(folder), remedy)
