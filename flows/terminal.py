"""How commands print: lines with a label, tables that fit, and a sign of life when something takes long."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from flows.landing.shown import seen
from flows.wording import said

if TYPE_CHECKING:
    from rich.table import Table

# How long a person waits before being told that something goes on.
PATIENCE_SECONDS = 0.8
PIECE = 1 << 16
# A table up to this many times too wide is still readable with its cells wrapped.
WRAPPED = 1.5


class Speaker(Console):
    """A console whose reader may leave: that is told to whoever prints, not decided here."""

    def on_broken_pipe(self) -> None:
        self._buffer.clear()
        raise BrokenPipeError


def speaker(stderr: bool = False) -> Console:
    """The console of a command; colour by what rich knows of NO_COLOR, FORCE_COLOR and TERM."""
    return Speaker(stderr=stderr)


def write_out(text: str) -> None:
    """A long text to stdout, piece by piece, so that a reader who leaves is noticed between two."""
    for start in range(0, len(text), PIECE):
        sys.stdout.write(text[start : start + PIECE])
        sys.stdout.flush()


def is_watched(console: Console) -> bool:
    """Whether a person looks at a real terminal, whatever colours are forced."""
    return not console.is_dumb_terminal and bool(getattr(console.file, "isatty", lambda: False)())


def print_sentence(console: Console, text: str) -> None:
    """A sentence in the user's language; what it repeats of a file is no markup and moves no cursor."""
    console.print(seen(said(text)), soft_wrap=True, highlight=False, markup=False)


def print_line(console: Console, label: str, text: str, width: int = 8, style: str = "") -> None:
    """A label and what there is to say under it, each in the user's language."""
    label = said(label)
    room = " " * max(width - cell_len(label), 0)
    line = Text.assemble(f"{label}{room} ", (seen(said(text)), style))
    console.print(line, soft_wrap=True, highlight=False, markup=False)


def print_table(
    console: Console,
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    title: str = "",
    caption: str = "",
) -> None:
    """Rows below their names: in a pipe as wide as they are, as a wrapped table is no use to a program; on a
    terminal wrapped, or a line a value where it would be too narrow to read."""
    # Built of texts, which are no markup. Imported late: only tables need it.
    from rich.measure import measure_renderables
    from rich.table import Table

    table = Table(
        header_style="bold",
        title=Text(title) if title else None,
        caption=Text(caption) if caption else None,
        title_justify="left",
        caption_justify="left",
    )
    for name in names:
        table.add_column(Text(name))
    for row in rows:
        table.add_row(*map(Text, row))
    wide = console.options.update(width=100_000, max_width=100_000)
    needed = measure_renderables(console, wide, [table]).maximum
    if not is_watched(console):
        # Without a terminal nothing has a width of its own; a table is as wide as its cells.
        Speaker(file=console.file, width=needed).print(table)
    elif needed > console.width * WRAPPED:
        print_records(console, names, rows, title, caption)
    else:
        console.print(table)


def print_records(
    console: Console, names: Sequence[str], rows: Sequence[Sequence[str]], title: str = "", caption: str = ""
) -> None:
    """Each row as a block of lines: name and value."""
    width = max(map(cell_len, names), default=0)
    if title:
        console.print(Text(title, style="italic"))
    for number, row in enumerate(rows, 1):
        console.rule(Text(str(number), style="dim"), align="left", characters="─", style="dim")
        for name, value in zip(names, row, strict=True):
            room = " " * (width - cell_len(name))
            grid = two_columns()
            grid.add_row(Text(f"{name}{room}", style="bold"), Text(value))
            console.print(grid)
    if caption:
        console.print(Text(caption, style="italic dim"))


def two_columns() -> Table:
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    return grid


@contextlib.contextmanager
def waiting(text: str) -> Iterator[None]:
    """Say on the terminal what goes on, once it takes longer than a moment; nothing anywhere else."""
    console = speaker(stderr=True)
    if not is_watched(console) or not sys.stderr.isatty():
        yield
        return
    live = console.status(seen(said(text)))
    begin = threading.Timer(PATIENCE_SECONDS, live.start)
    begin.daemon = True
    begin.start()
    try:
        yield
    finally:
        begin.cancel()
        begin.join()
        live.stop()
