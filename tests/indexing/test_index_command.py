"""`g60 index` as a user runs it: what it writes, what it refuses, and that it then writes nothing."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest

from flows.settings import ROOT
from tests.conftest import g60_here
from tests.indexing.given import DATA, FRAMEWORK, METHOD, refused, run_index

WRITTEN = {
    "denominated.csv", "imputed.csv", "screened.csv", "treated.csv", "normalised.csv", "treatment.csv",
    "scores.csv", "contributions.csv", "coherence.csv",
}  # fmt: skip


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_steps_are_written_as_wide_as_the_data_and_in_its_order(tmp_path: Path) -> None:
    done = run_index(tmp_path)
    assert done.returncode == 0, done.stderr
    assert {file.name for file in (tmp_path / "out").iterdir()} >= WRITTEN
    made = rows(tmp_path / "out" / "imputed.csv")
    assert list(made[0]) == ["unit", "period", "cars", "income", "ozone"]
    assert [(row["unit"], row["period"]) for row in made] == [
        tuple(line.split(",")[:2]) for line in DATA.splitlines()[1:]
    ]
    # Income of b in 2020 is that of a, its region's only other; cars of d in 2021 those of c.
    assert [row["income"] for row in made[:2]] == ["7.0", "7.0"]
    assert float(made[7]["cars"]) == 32 / 5
    assert rows(tmp_path / "out" / "denominated.csv")[7]["cars"] == ""


def test_scores_are_those_worked_by_hand(tmp_path: Path) -> None:
    data = "unit,people,cars,ozone,income,region\na,10,20,4,7,x\nb,20,10,1,9,x\nc,5,30,3,5,y\n"
    assert run_index(tmp_path, data=data).returncode == 0
    scores = {(row["unit"], row["code"]): row for row in rows(tmp_path / "out" / "scores.csv")}
    assert list(scores[("a", "index")]) == ["unit", "period", "code", "score", "rank"]
    # Cars a head 2, 0.5, 6; income 7, 9, 5, three times the weight; ozone 4, 1, 3, less being better.
    comfort = (1 * (1 + 99 * 1.5 / 5.5) + 3 * (1 + 99 * 0.5)) / 4
    assert float(scores[("a", "comfort")]["score"]) == pytest.approx(comfort, rel=1e-12)
    assert float(scores[("a", "index")]["score"]) == pytest.approx((2 * comfort + 1) / 3, rel=1e-12)
    assert [scores[(unit, "index")]["rank"] for unit in "abc"] == ["2", "1", "3"]


def test_contributions_add_up_and_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    run_index(tmp_path, data=DATA.replace(",7\n", ",0.1234567890123456\n"))
    scores = rows(tmp_path / "out" / "scores.csv")
    parts: dict[tuple[str, str, str], float] = {}
    for row in rows(tmp_path / "out" / "contributions.csv"):
        key = (row["unit"], row["period"], row["code"])
        parts[key] = parts.get(key, 0) + float(row["contribution"])
    for row in scores:
        assert parts[(row["unit"], row["period"], row["code"])] == pytest.approx(
            float(row["score"]), rel=1e-12
        )
    assert rows(tmp_path / "out" / "denominated.csv")[0]["income"] == "0.1234567890123456"


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run_index(tmp_path / name).returncode == 0
    for file in (tmp_path / "one" / "out").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / "out" / file.name).read_bytes()


def test_the_summary_says_what_was_made(tmp_path: Path) -> None:
    data = DATA.replace("unit,", "unit,remark,").replace(",2020,", ",x,2020,").replace(",2021,", ",x,2021,")
    said = run_index(tmp_path, data=data).stdout
    assert "index    Quality of life: 4 units, 2 periods, 3 indicators, 3 levels" in said
    assert "index 2021" in said and "scores.csv" in said
    assert "unused   data.csv: remark" in said


def test_a_unit_with_too_little_is_screened_out(tmp_path: Path) -> None:
    method = METHOD.replace("impute: {method: group_mean, group: region}", "screen: {min_share: 0.9}")
    said = run_index(tmp_path, method=method).stdout
    kept = [(row["unit"], row["period"]) for row in rows(tmp_path / "out" / "screened.csv")]
    assert len(kept) == 6 and ("b", "2020") not in kept and ("d", "2021") not in kept
    assert len(rows(tmp_path / "out" / "denominated.csv")) == 8
    assert "4 units" in said


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_data_is_read_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    data = DATA.replace("\na,", "\n苏州,")
    assert run_index(tmp_path, data=data.encode(encoding)).returncode == 0
    assert rows(tmp_path / "out" / "scores.csv")[0]["unit"] == "苏州"


def test_rows_of_nothing_but_commas_are_passed_over(tmp_path: Path) -> None:
    assert run_index(tmp_path, data=DATA + ",,,,,,\n\n").returncode == 0
    assert len(rows(tmp_path / "out" / "imputed.csv")) == 8


def test_a_unit_may_be_called_na(tmp_path: Path) -> None:
    assert run_index(tmp_path, data=DATA.replace("\na,", "\nNA,")).returncode == 0
    assert rows(tmp_path / "out" / "imputed.csv")[0]["unit"] == "NA"


def test_ranks_within_groups_stand_beside_those_among_all(tmp_path: Path) -> None:
    assert run_index(tmp_path, method=METHOD + "rank: {group: region}\n").returncode == 0
    found = [row for row in rows(tmp_path / "out" / "scores.csv") if row["code"] == "index"]
    assert sorted(row["group_rank"] for row in found) == ["1"] * 4 + ["2"] * 4


DATA_RULES = {
    "no number": (",24,", ",2 4,", "row 6, column cars: '2 4' is no number"),
    "infinite": (",24,", ",inf,", "row 6, column cars: 'inf' is no number"),
    "underscore": (",24,", ",2_4,", "row 6, column cars: '2_4' is no number"),
    "twice": ("\nb,2020", "\na,2020", "row 3: 'a 2020' is in row 2 already"),
    "no unit": ("\nb,2020", "\n,2020", "row 3, column unit: there is none"),
    "no period": ("\nb,2020", "\nb,", "row 3, column period: there is none"),
    "first column": ("unit,", "place,", "row 1: the first column is 'place', not unit"),
    "indicator missing": (
        ",ozone,",
        ",smog,",
        "row 1: there is no column for indicator 'ozone', row 6 of framework.csv",
    ),
    "denominator missing": (",people,", ",persons,", "there is no column for denominator 'people'"),
    "group missing": (",region,", ",area,", "row 1: there is no column for group 'region'"),
    "denominator 0": ("north,20,", "north,0,", "row 3, column people: a denominator of 0 divides"),
    "heading twice": (",ozone,", ",cars,", "row 1: column 'cars' is there twice"),
    "no heading": (",region,", ",,", "row 1: column 3 has no heading"),
    "cells too many": ("2021,north,11", "2021,north,11,1", "row 6 has more or fewer cells than the header"),
    "open quotation": ("2021,north,11", '2021,"north,11', "the quotation marks do not pair"),
}


@pytest.mark.parametrize(("old", "new", "said"), DATA_RULES.values(), ids=DATA_RULES)
def test_wrong_data_is_named_by_row_and_column(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in DATA
    told = refused(tmp_path, data=DATA.replace(old, new))
    assert said in told and "data.csv" in told


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the data: the file is empty"),
        (b"unit,cars\n", "the data has a header and no rows"),
        (b"unit,cars\na,\xff\xff\xff\n", "cannot be read as"),
        (b"unit\0\0,cars\na,1\n", "NUL bytes"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in refused(tmp_path, data=data)


def test_many_faults_are_counted(tmp_path: Path) -> None:
    told = refused(tmp_path, data=DATA.replace(",north,", ",north,x"))
    assert "row 2, column people: 'x10' is no number; row 3" in told and "; and 1 more (" in told


METHOD_RULES = {
    "denominate": (
        "denominate: false\nimpute: {method: group_mean, group: land}",
        "no column for group 'land' of the method",
    ),
    "reference unit": (
        "normalise: {method: distance_to_reference, reference: z}",
        "unit 'z' is not in the data",
    ),
    "base period": ("normalise: {method: base_year, reference: 1999}", "period '1999' is not in the data"),
    "goalposts": ("normalise: goalposts", "row 4: indicator 'cars' has no pair of goalposts"),
    "goalposts of nothing": (
        "normalise: {method: goalposts, lower: 0, upper: 9, goalposts: {x: [0, 1]}}",
        "'x' is no ind",
    ),
    "level": ("aggregate: {by_level: {7: geometric}}", "no aggregate stands on level 7"),
    "weights file": (
        "uncertainty: {enumerate: {weights: sets.csv}}",
        "the file of weight sets cannot be read",
    ),
    "sets without file": ("uncertainty: {enumerate: {weights: 3}}", "no file holds them"),
    "design file": ("uncertainty: {design: runs.csv}", "the design cannot be read"),
    "two references": (
        "normalise: {method: distance_to_reference, reference: a}\n"
        "uncertainty: {enumerate: {normalise: [{method: base_year, reference: 2020}]}}",
        "alternatives of normalise differ in reference",
    ),
}


@pytest.mark.parametrize(("method", "said"), METHOD_RULES.values(), ids=METHOD_RULES)
def test_a_method_that_asks_for_what_is_not_there_is_refused(tmp_path: Path, method: str, said: str) -> None:
    assert said in refused(tmp_path, method=method)


def test_a_target_is_asked_of_every_indicator(tmp_path: Path) -> None:
    framework = FRAMEWORK.replace("yuan,,10", "yuan,,")
    told = refused(tmp_path, framework=framework, method="normalise: {method: distance_to_target}")
    assert "row 5, column target: 'income' has none" in told


def test_denominating_without_denominators_is_refused(tmp_path: Path) -> None:
    assert "no indicator has a denominator" in refused(
        tmp_path, framework=FRAMEWORK.replace("cars,people", "cars,")
    )


@pytest.mark.parametrize("step", ["impute: linear", "normalise: {within: period}"])
def test_a_series_needs_periods(tmp_path: Path, step: str) -> None:
    data = "unit,region,cars,ozone,income\na,x,1,2,3\nb,y,2,3,4\n"
    assert "needs periods and the data has none" in refused(tmp_path, data=data, method=step)


def test_a_line_through_time_needs_periods_that_are_numbers(tmp_path: Path) -> None:
    told = refused(tmp_path, data=DATA.replace("2021", "2021H1"), method="impute: linear")
    assert "column period: '2021H1' is no number" in told


def test_a_figure_lies_in_the_interval_beside_it(tmp_path: Path) -> None:
    told = refused(
        tmp_path, data="unit,region,people,cars,ozone,ozone_low,income\na,x,1,1,4,5,7\nb,x,1,1,3,2,7\n"
    )
    assert "row 2, column ozone: 4.0 does not lie between its ends 5.0 and None" in told


def test_an_earlier_result_is_replaced_whole(tmp_path: Path) -> None:
    assert run_index(tmp_path).returncode == 0
    before = (tmp_path / "out" / "scores.csv").read_bytes()
    (tmp_path / "out" / "draws.csv").write_text("left from a method with a design", encoding="utf-8")
    assert run_index(tmp_path, data=DATA.replace("a,2020,north,10", "a,2020,north,40")).returncode == 0
    assert (tmp_path / "out" / "scores.csv").read_bytes() != before
    assert not (tmp_path / "out" / "draws.csv").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_fault_leaves_an_earlier_result_as_it_was(tmp_path: Path) -> None:
    assert run_index(tmp_path).returncode == 0
    before = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    assert run_index(tmp_path, data=DATA.replace(",24,", ",many,")).returncode == 1
    assert {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()} == before


def test_a_folder_of_other_files_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_bytes(b"years of work")
    done = run_index(tmp_path)
    assert done.returncode == 1 and "the output folder holds other files, as thesis.docx" in done.stderr
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["thesis.docx"]


def test_a_file_is_no_output_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a file")
    done = run_index(tmp_path)
    assert done.returncode == 1 and "the output is a file" in done.stderr
    assert (tmp_path / "out").read_bytes() == b"a file"


def test_the_example_of_the_readme_gives_the_output_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Your own index")[2].partition("\n## ")[0]
    for name in ("data.csv", "framework.csv", "method.yml"):
        found = re.search(rf"^`{name}`:.+?^```\w+\n(.+?)^```$", section, flags=re.DOTALL | re.MULTILINE)
        assert found
        (tmp_path / name).write_text(found[1], encoding="utf-8")
    shown = re.search(r"^\$ g60 (index .+?)\n(.+?)\n```$", section, flags=re.DOTALL | re.MULTILINE)
    assert shown
    monkeypatch.chdir(tmp_path)
    done = g60_here(*shlex.split(shown[1]))
    assert done.stdout.rstrip("\n") == shown[2], done.stderr


@pytest.mark.parametrize(
    ("normalise", "worked"),
    [
        ("base_year, reference: 2020", [100, 100, 100, 100, 120, 110, 96, 50]),
        # The reference c has 25 and 24, the least of all is 4.
        ("distance_to_reference, reference: c", [16 / 21, 6 / 21, 1, 4 / 21, 1, 7 / 20, 1, 0]),
    ],
)
def test_a_reference_is_a_unit_of_the_period_or_a_period_of_the_unit(
    tmp_path: Path, normalise: str, worked: list[float]
) -> None:
    cars = {"2020": [20, 10, 25, 8], "2021": [24, 11, 24, 4]}
    lines = [
        f"{unit},{period},x,{figure},{figure},1"
        for period, figures in cars.items()
        for unit, figure in zip("abcd", figures, strict=True)
    ]
    data = "\n".join(["unit,period,region,cars,ozone,income", *lines])
    done = run_index(tmp_path, data=data, method=f"normalise: {{method: {normalise}}}")
    assert done.returncode == 0, done.stderr
    made = [float(row["cars"]) for row in rows(tmp_path / "out" / "normalised.csv")]
    assert made == pytest.approx(worked)


def test_a_mean_that_is_not_defined_leaves_the_index_without_a_score(tmp_path: Path) -> None:
    done = run_index(
        tmp_path, method="normalise: z_score\nimpute: mean\naggregate: {by_level: {2: geometric}}\n"
    )
    assert done.returncode == 0, done.stderr
    steps = rows(tmp_path / "out" / "normalised.csv")
    scores = [row for row in rows(tmp_path / "out" / "scores.csv") if row["code"] == "index"]
    positive = [all(float(step[code]) > 0 for code in ("cars", "income", "ozone")) for step in steps]
    assert len(scores) == len(steps) == 8 and not all(positive)
    assert [row["score"] != "" for row in scores] == positive
    assert [row["rank"] != "" for row in scores] == positive
    assert "unscored" in done.stdout and "a mean is not defined" in done.stdout
