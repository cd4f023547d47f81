"""What all commands share: options, languages, JSON, and how a fault ends one."""

from __future__ import annotations

import functools
import inspect
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.spoken import SpokenCommand, SpokenGroup
from flows.errors import G60Error
from flows.landing.shown import seen
from flows.terminal import speaker, write_out
from flows.wording import said

BUILD, ASK, RELEASE, SERVE = "Build", "Ask", "Release", "Serve"

app = typer.Typer(
    cls=SpokenGroup,
    help="The open warehouse of city statistics of the G60 corridor.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Lang = Annotated[
    Literal["zh", "en"] | None,
    typer.Option("--lang", help="language of help and messages, else as the environment says"),
]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON, also of an error")]


class Example(NamedTuple):
    """A command line that runs as it is written, and what it is good for."""

    line: str
    what: str


@dataclass(frozen=True)
class Speech:
    """Where a command speaks: to a person, or in JSON to a program, and then what a person may watch goes to
    stderr."""

    is_json: bool
    console: Console

    def give(self, answer: object) -> None:
        """The answer as JSON."""
        write_out(json.dumps(answer, ensure_ascii=False, default=str, indent=1) + "\n")


def give_line(answer: object) -> None:
    """The answer as JSON in one line, for whoever reads line by line while the command goes on."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def print_error(error: G60Error, is_json: bool = False) -> None:
    """The sentence of an error in the user's language; what it repeats of a file moves no cursor."""
    what, where, remedy = said(error.what), said(error.where), said(error.remedy)
    if is_json:
        fault = {"what": what, "where": where, "remedy": remedy}
        print(json.dumps({"error": fault}, ensure_ascii=False), file=sys.stderr)
        return
    # The sentence is itself one of the catalogue: Chinese sets its signs otherwise.
    sentence = said("{} ({}); {}.").replace("{}", "\0").split("\0")
    text = "".join(a + b for a, b in zip(sentence, (what, where, remedy, ""), strict=True))
    speaker(stderr=True).print(
        Text.assemble((said("error"), "red"), f" {seen(text)}"), soft_wrap=True, highlight=False
    )


def command(panel: str, *examples: Example, has_json: bool = True) -> Callable[[Callable[..., None]], Any]:
    """Register a command below a heading of the help, with its examples, `--lang` and `--json`.

    The function takes a Speech first. An expected fault is shown as its sentence, and the status of its kind.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        own = list(signature.parameters.values())[1:]
        named: list[tuple[str, Any, object]] = [("as_json", AsJson, False)] if has_json else []
        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, kind, default in [*named, ("lang", Lang, None)]
        ]
        run = ended_well(function)
        run.__signature__ = signature.replace(parameters=[*own, *shared])  # type: ignore[attr-defined]
        made = functools.partial(SpokenCommand, examples=examples)
        return app.command(cls=made, rich_help_panel=panel)(run)  # type: ignore[arg-type]

    return register


def ended_well(function: Callable[..., None]) -> Callable[..., None]:
    """The function with every way it may end told in one line and one status."""

    @functools.wraps(function)
    def run(*arguments: Any, as_json: bool = False, lang: str | None = None, **named: Any) -> None:
        try:
            function(Speech(as_json, speaker(stderr=as_json)), *arguments, **named)
            sys.stdout.flush()
        except (typer.Exit, BrokenPipeError):
            raise
        except G60Error as error:
            print_error(error, as_json)
            raise typer.Exit(error.status) from error
        except Exception as error:
            # DuckDB tells of Ctrl-C in its own way.
            if str(error) == "Query interrupted":
                raise KeyboardInterrupt from error
            if os.environ.get("G60_TRACE"):
                raise
            what = f"{type(error).__name__}: {' '.join(str(error).split())}"
            remedy = "set G60_TRACE=1 and run again to see where in the code"
            fault = G60Error(f"an unexpected fault, {what}", f"g60 {function.__name__}", remedy)
            print_error(fault, as_json)
            raise typer.Exit(fault.status) from error

    return run


def complete_release(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    from flows.commands.completion import releases

    return releases(context, incomplete)


def complete_place(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    from flows.commands.completion import places

    return places(context, incomplete)


def complete_indicator(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    from flows.commands.completion import indicators

    return indicators(context, incomplete)


def complete_example(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    from flows.commands.completion import examples

    return examples(context, incomplete)


Raw = Annotated[Path | None, typer.Option("--raw", help="folder of raw files, else raw/", show_default=False)]
Warehouse = Annotated[
    Path | None,
    typer.Option("--warehouse", help="folder of releases, else warehouse/", show_default=False),
]
Keep = Annotated[int, typer.Option(min=1, help="releases to keep beside the pinned")]
