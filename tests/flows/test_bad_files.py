"""What happens to a dirty file: every fault in tests/fixtures/bad_files has the outcome of its row."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import math
import re
import shutil
import struct
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock

from flows.landing.land import land
from flows.modelling.build import judge
from flows.settings import ROOT, Paths
from tests.fixtures.write_bad_files import BAD_FILES, TABLE, make_the_rest, write

# Bad workbooks have no styles, which their second reader remarks on.
pytestmark = pytest.mark.filterwarnings("ignore:Workbook contains no default style")
Row = dict[str, str]


def table() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


ROWS = table()


@dataclass
class Seen:
    """What came of one file."""

    cells: tuple[int, int, int, int]
    passes: bool
    pieces: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Corpus:
    raw: Path
    seen: dict[str, Seen]


def records_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = connection.execute(sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def outcome(database: Path) -> dict[str, Seen]:
    with duckdb.connect(str(database), read_only=True) as connection:
        seen = {
            row["file_path"]: Seen(
                (row["cells_read"], row["cells_landed"], row["cells_quarantined"], row["cells_not_data"]),
                row["is_within_limit"],
            )
            for row in records_of(connection, "from marts.mart_outcome where step = 'land'")
        }
        for piece in records_of(connection, "from marts.mart_quarantine order by step, cell_address, rule"):
            seen[piece["file_path"]].pieces.append(piece)
        for figure in records_of(connection, "from staging.stg_statistic order by cell_address"):
            seen[figure["file_path"]].figures.append(figure)
    return seen


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    scratch = tmp_path_factory.mktemp("bad files")
    raw = Path(shutil.copytree(BAD_FILES, scratch / "raw"))
    make_the_rest(raw)
    paths = Paths(raw=raw, warehouse=scratch / "warehouse")
    land(raw, paths.build_database)
    judge(paths)
    return Corpus(raw, outcome(paths.build_database))


# The table and the folder


def test_every_file_has_a_row_and_every_row_a_file(tmp_path: Path) -> None:
    raw = Path(shutil.copytree(BAD_FILES, tmp_path / "raw"))
    make_the_rest(raw)
    there = {
        path.relative_to(raw)
        .as_posix()
        .encode("utf-8", "surrogateescape")
        .decode("utf-8", "backslashreplace")
        for path in raw.rglob("*")
        if path.suffix != ".yaml" and (path.is_file() or path.is_symlink())
    }
    orphans = {"cards/no_file.csv"}
    assert not (raw / "cards/no_file.csv").exists()
    assert there | orphans == {row["file"] for row in ROWS}


def test_no_kind_of_fault_is_told_twice_and_there_are_many_of_them() -> None:
    assert Counter(row["file"] for row in ROWS).most_common(1)[0][1] == 1
    assert all(row["fault"] for row in ROWS)
    assert len(ROWS) >= 200
    assert len({rule for row in ROWS for rule in row["rule"].split()}) >= 25


def test_the_files_are_those_that_their_builder_writes(tmp_path: Path) -> None:
    write(tmp_path)

    def texts(folder: Path) -> dict[str, bytes]:
        # How well a zip packs and who wrote a Parquet file depend on the version of a library.
        return {
            path.relative_to(folder).as_posix(): b"" if data.startswith((b"PK", b"PAR1")) else data
            for path in folder.rglob("*")
            if path.is_file()
            for data in (path.read_bytes(),)
        }

    assert texts(tmp_path) == texts(BAD_FILES)


def test_every_rule_is_told_in_the_guide_to_raw_files() -> None:
    guide = (ROOT / "raw" / "README.md").read_text(encoding="utf-8")
    rules = {rule for row in ROWS for rule in row["rule"].split()}
    assert {rule for rule in rules if f"`{rule}`" not in guide} == set()


def test_every_file_says_that_it_is_synthetic() -> None:
    cards = [
        path for path in BAD_FILES.rglob("*.yaml") if path.name not in ("empty.csv.yaml", "gbk.csv.yaml")
    ]
    assert len(cards) > 200
    assert [path.name for path in cards if "合成数据" not in path.read_text(encoding="utf-8")] == []


# The outcomes


def told(name: str, seen: Seen) -> Row:
    """What came of a file in the columns of the table."""
    doubts = [figure for figure in seen.figures if figure["doubt_rule"]]
    first = seen.pieces[0] if seen.pieces else {}
    return {
        "step": " ".join(sorted({piece["step"] for piece in seen.pieces})),
        "rule": " ".join(sorted({piece["rule"] for piece in seen.pieces})),
        "cell": " ".join(cell for piece in seen.pieces if (cell := piece["cell_address"][len(name) + 1 :])),
        **dict(zip(CELLS, map(str, seen.cells), strict=True)),
        "figures_refused": str(sum(piece["step"] == "stage" for piece in seen.pieces)),
        "figures_missing": str(sum(figure["is_missing"] for figure in seen.figures)),
        "doubt": " ".join(sorted({figure["doubt_rule"] for figure in doubts})),
        "would_pass": str(seen.passes).lower(),
        "suggestion": first.get("suggestion") or "",
        "reason": first["reason"] if first else doubts[0]["doubt"] if doubts else "",
    }


CELLS = ("cells_read", "cells_landed", "cells_quarantined", "cells_not_data")


@pytest.mark.parametrize("row", ROWS, ids=[row["file"].encode("ascii", "replace").decode() for row in ROWS])
def test_a_bad_file_has_the_outcome_of_its_row(corpus: Corpus, row: Row) -> None:
    name = row["file"]
    seen = corpus.seen[name]
    expected = {key: value for key, value in row.items() if key not in ("file", "fault")}
    assert told(name, seen) == expected
    read, landed, quarantined, not_data = seen.cells
    assert read == landed + quarantined + not_data
    assert quarantined == sum(piece["cells"] for piece in seen.pieces if piece["step"] == "land")
    for piece in seen.pieces:
        assert piece["cell_address"].startswith(name)
        for sentence in (piece["reason"], piece["remedy"]):
            # Unseen signs in a message would make it say to its reader what it does not say.
            assert sentence and sentence.isprintable()


@pytest.mark.parametrize(
    "name", sorted({row["file"] for row in ROWS if row["cells_landed"] not in ("", "0")})
)
def test_no_figure_lands_with_a_number_that_its_file_does_not_show(corpus: Corpus, name: str) -> None:
    landed = [
        figure
        for figure in corpus.seen[name].figures
        if not figure["is_missing"] and figure["reject_rule"] is None
    ]
    if not landed:
        return
    file = corpus.raw / name
    for figure in landed:
        number = abs(figure["value"]) * FACTORS[figure["unit"]] / FACTORS[figure["unit_as_printed"]]
        assert is_shown(number, file), f"{figure['cell_address']} landed as {number:g}"


# What a reader of a file sees, found without the landing code

with (ROOT / "dbt_project" / "seeds" / "unit.csv").open(encoding="utf-8") as units:
    FACTORS = {row["unit"]: float(row["factor"]) for row in csv.DictReader(units)}


def is_shown(number: float, file: Path) -> bool:
    data = file.read_bytes()
    if file.suffix == ".xls" and not data.lstrip().startswith(b"<"):
        # A number of an old workbook is a float of 8 bytes, or a hundredfold integer of 30 bits.
        hundredfold = struct.pack("<I", (round(number * 100) << 2) | 3)
        return struct.pack("<d", number) in data or hundredfold in data
    return any(
        math.isclose(number, shown, rel_tol=1e-9) for shown in numbers_in("|".join(texts_of(file, data)))
    )


def numbers_in(text: str) -> Iterator[float]:
    # A footnote mark such as ① would become a digit.
    narrow = unicodedata.normalize("NFKC", re.sub("[①-⑳]", "|", text))
    for reading in (narrow, re.sub(r"(?<=\d)[ ,](?=\d{3}(?!\d))", "", narrow)):
        yield from map(float, re.findall(r"\d+(?:\.\d+)?", reading))


def texts_of(file: Path, data: bytes) -> Iterator[str]:
    """Every text of a file that stands by itself."""
    kind = file.suffix
    if kind in (".html", ".xls"):
        page = ShownTexts()
        page.feed(data.decode("utf-8", "replace"))
        yield "".join(page.texts)
    elif kind in (".xlsx", ".xlsm"):
        yield from workbook_texts(file)
    elif kind == ".ods":
        with zipfile.ZipFile(file) as book:
            yield from re.findall(r"<text:p>([^<]*)</text:p>", book.read("content.xml").decode())
    elif kind == ".parquet":
        for record in pq.read_table(file).to_pylist():
            yield from map(str, record.values())
    elif kind == ".jsonl":
        for line in data.decode().splitlines():
            try:
                found = json.loads(line)
            except (ValueError, RecursionError):
                continue
            yield from map(str, found.values() if isinstance(found, dict) else ())
    else:
        for row in csv.reader(io.StringIO(data.decode("utf-8", "replace"))):
            yield from row


def workbook_texts(file: Path) -> Iterator[str]:
    """Texts of cells as an office program shows them: raised pieces apart, struck ones not at all."""
    for sheet in openpyxl.load_workbook(file, data_only=True, rich_text=True):
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                if isinstance(value, CellRichText):
                    yield from (
                        str(part) for part in value if not isinstance(part, TextBlock) or not part.font.strike
                    )
                elif isinstance(value, float | int) and "%" in cell.number_format:
                    yield f"{100 * value:.10g}"
                elif value is not None:
                    yield str(value)


class ShownTexts(html.parser.HTMLParser):
    """Texts of a page that a reader sees; what stands apart from its neighbours is set apart by a bar."""

    APART = frozenset({"td", "th", "tr", "table", "p", "br", "sup", "ins", "caption"})
    UNSEEN = frozenset({"script", "style", "del", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        style = (dict(attrs).get("style") or "").replace(" ", "")
        if tag in self.UNSEEN or "display:none" in style or (self.unseen and self.unseen[-1] == tag):
            self.unseen.append(tag)
        elif tag in self.APART or "vertical-align:super" in style:
            self.texts.append("|")

    def handle_endtag(self, tag: str) -> None:
        if self.unseen and self.unseen[-1] == tag:
            self.unseen.pop()
        elif tag in self.APART:
            self.texts.append("|")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.texts.append(data)


def test_the_corpus_shows_each_step_and_each_verdict() -> None:
    verdicts = defaultdict(set)
    for row in ROWS:
        verdicts[row["step"]].add(row["would_pass"])
    assert verdicts["land"] == verdicts["stage"] == {"true", "false"}
    assert verdicts[""] == {"true"}
