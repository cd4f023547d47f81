"""Help and usage errors in the user's language, with examples."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from flows.wording import language, said, use

if TYPE_CHECKING:
    from flows.commands.base import Example

INTERRUPTED = 130
# 128 and SIGPIPE, as a shell tells of a tool whose reader has left.
READER_LEFT = 141
STATUSES = {
    0: "it is done",
    1: "what was asked is refused: a closed gate, a failed check, a release that differs, a faulty input",
    2: "the command line cannot be understood",
    3: "nothing has been published yet",
    4: "what is needed is in use: another refresh or server, a taken port",
    INTERRUPTED: "interrupted",
    READER_LEFT: "the reader of the output has left",
}
# Words that typer keeps as constants and reads when it prints.
WORDS = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commands",
    "DEFAULT_STRING": "[default: {}]",
    "REQUIRED_LONG_STRING": "[required]",
}


def wanted_language(arguments: Sequence[str]) -> str | None:
    """What `--lang` says, wherever it stands: help and usage errors come before options are read."""
    for number, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and number + 1 < len(arguments):
            return arguments[number + 1]
    return None


@contextmanager
def in_the_users_language(command: Any, context: Any) -> Iterator[None]:
    """What typer prints of a command, for the time it does so."""
    from rich.markup import escape
    from typer import rich_utils

    shown = [command, *command.get_params(context)]
    if isinstance(command, TyperGroup):
        shown += command.commands.values()
    kept = [(one, name, getattr(one, name, None)) for one in shown for name in ("help", "rich_help_panel")]
    try:
        for one, name, text in kept:
            if text:
                # Square brackets are brackets, and no markup.
                setattr(one, name, escape(said(" ".join(text.split()))))
        for name, word in WORDS.items():
            setattr(rich_utils, name, said(word))
        yield
    finally:
        for one, name, text in kept:
            if text:
                setattr(one, name, text)


class SpokenCommand(TyperCommand):
    """A command whose help has examples and is in the user's language."""

    def __init__(self, *arguments: Any, examples: Sequence[Example] = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.examples = examples

    def get_usage(self, ctx: Any) -> str:
        return usage_of(super().get_usage(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        with in_the_users_language(self, ctx):
            super().format_help(ctx, formatter)
        print_pairs(
            said("Examples"), [(example.line, example.what) for example in self.examples], stacked=True
        )


class SpokenGroup(TyperGroup):
    """All the commands; tells what cannot be understood in one sentence."""

    def get_usage(self, ctx: Any) -> str:
        return usage_of(super().get_usage(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        with in_the_users_language(self, ctx):
            super().format_help(ctx, formatter)
        print_pairs(said("Exit status"), [(str(status), what) for status, what in STATUSES.items()])

    def main(self, args: Sequence[str] | None = None, *rest: Any, **named: Any) -> Any:
        arguments = sys.argv[1:] if args is None else list(args)
        use(wanted_language(arguments))
        # Whatever called it: completion and messages name the command by its one name.
        named |= {"standalone_mode": False, "prog_name": "g60"}
        try:
            status = super().main(args, *rest, **named)
            sys.stdout.flush()
        except (BrokenPipeError, SystemExit) as left:
            # typer makes a plain end of it.
            if not isinstance(left, BrokenPipeError) and not isinstance(left.__context__, BrokenPipeError):
                raise
            silence()
            status = READER_LEFT
        except Exception as error:
            if not hasattr(error, "exit_code"):
                raise
            status = error.exit_code
            # Without arguments the help itself is the answer, and has been printed.
            if type(error).__name__ != "NoArgsIsHelpError":
                print_usage_error(error, "--json" in arguments)
        # Wherever the command was: typer turns Ctrl-C into this status without a word.
        if status == INTERRUPTED:
            print(said("interrupted"), file=sys.stderr)
        sys.exit(status if isinstance(status, int) else 0)


def silence() -> None:
    """Write what is left to nowhere, so that the interpreter does not complain at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def print_usage_error(error: Any, is_json: bool) -> None:
    from flows.commands.base import print_error
    from flows.errors import G60Error

    context = getattr(error, "ctx", None)
    path = context.command_path if context else "g60"
    what = " ".join(error.format_message().split()).rstrip(".")
    print_error(G60Error(what, path, f"see {path} --help"), is_json)


def usage_of(usage: str) -> str:
    """The line of usage, its two words in the user's language."""
    if language() == "en":
        return usage
    for word in ("Usage:", "[OPTIONS]", "COMMAND [ARGS]..."):
        usage = usage.replace(word, said(word), 1)
    return usage


def print_pairs(title: str, pairs: Sequence[tuple[str, str]], stacked: bool = False) -> None:
    """A short list below the help: each on one line, or what it is good for above it."""
    from rich.padding import Padding
    from rich.text import Text

    from flows.terminal import speaker, two_columns

    if not pairs:
        return
    console = speaker()
    console.print(Text(f" {title}", style="bold"))
    if stacked:
        for line, what in pairs:
            console.print(Padding(Text(said(what), style="dim"), (0, 1, 0, 2)))
            console.print(Text(f"    {line}"), soft_wrap=True, highlight=False)
    else:
        grid = two_columns()
        for name, what in pairs:
            grid.add_row(Text(name, style="bold cyan"), Text(said(what)))
        console.print(Padding(grid, (0, 1, 0, 2)))
    console.print()
