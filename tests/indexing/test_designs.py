"""Uncertainty by a design file, by enumeration and by Sobol's sequence, on the small index."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.indexing.given import DATA, METHOD, refused, run_index

SETS = "weight_set,iCode,Level,Weight\n1,comfort,2,1\n1,air,2,1\n7,comfort,2,0\n7,air,2,1\n"
DESIGN = "rep,norm,weight_set,agg\n3,n_minmax,7,a_amean\n9,z_score,1,arithmetic\n12,,,a_gmean\n"
BY_FILE = METHOD + "uncertainty: {design: runs.csv, weights: sets.csv}\n"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def scores_of(file: Path, run: str) -> list[float]:
    return [float(row["score"]) for row in rows(file) if row["run"] == run]


def write_design(folder: Path, design: str = DESIGN, sets: str = SETS) -> None:
    (folder / "runs.csv").write_text(design, encoding="utf-8")
    (folder / "sets.csv").write_text(sets, encoding="utf-8")


def test_runs_keep_the_numbers_of_their_design_file(tmp_path: Path) -> None:
    write_design(tmp_path)
    done = run_index(tmp_path, method=BY_FILE)
    assert done.returncode == 0, done.stderr
    draws = tmp_path / "out" / "draws.csv"
    assert list(dict.fromkeys(row["run"] for row in rows(draws))) == ["0", "3", "9", "12"]
    # All weight on air, of which ozone is the only indicator.
    ozone = [float(row["ozone"]) for row in rows(tmp_path / "out" / "normalised.csv")]
    assert scores_of(draws, "3") == pytest.approx(ozone, rel=1e-12)
    nominal = [float(row["score"]) for row in rows(tmp_path / "out" / "scores.csv") if row["code"] == "index"]
    assert scores_of(draws, "0") == pytest.approx(nominal, rel=1e-12)


def test_an_enumeration_runs_every_combination(tmp_path: Path) -> None:
    write_design(tmp_path)
    method = METHOD + (
        "uncertainty: {weights: sets.csv, enumerate: {winmax: [0, 1], normalise: [min_max, rank],"
        " weights: [1, 7], aggregate: [arithmetic, {method: power, power: 2}]}}\n"
    )
    done = run_index(tmp_path, method=method)
    assert done.returncode == 0, done.stderr
    runs = [row for row in rows(tmp_path / "out" / "runs.csv") if row["role"] == "enumerated"]
    varied = ("winmax", "normalise", "weight_set", "aggregate", "power")
    assert len(runs) == len({tuple(row[name] for name in varied) for row in runs}) == 16
    assert {row["normalise_b"] for row in runs if row["normalise"] == "min_max"} == {"100.0"}
    assert "17 runs" in done.stdout
    for file in (
        "intervals.csv",
        "sensitivity.csv",
        "rank_probability.csv",
        "outranking.csv",
        "left_out.csv",
    ):
        assert rows(tmp_path / "out" / file)


def test_a_sobol_design_is_reproduced_by_its_seed(tmp_path: Path) -> None:
    made = {}
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        method = METHOD + f"uncertainty: {{sobol: {{n: 8, seed: {seed}, normalise: [min_max, z_score]}}}}\n"
        assert run_index(tmp_path / name, method=method).returncode == 0
        made[name] = (tmp_path / name / "out" / "draws.csv").read_bytes()
    assert made["one"] == made["two"] != made["three"]
    # Weights and normalisation vary: 8 points for a, b and each of the two exchanged, beside the nominal.
    assert len(rows(tmp_path / "one" / "out" / "runs.csv")) == 8 * 4 + 1


def test_intervals_of_the_data_are_drawn_from(tmp_path: Path) -> None:
    lines = DATA.splitlines()
    data = "\n".join([lines[0] + ",income_low,income_high", *(line + ",," for line in lines[1:])]) + "\n"
    data = data.replace("a,2020,north,10,20,4,7,,", "a,2020,north,10,20,4,7,1,12")
    method = METHOD + "uncertainty: {sobol: {n: 8, weights: 0}}\n"
    done = run_index(tmp_path, data=data, method=method)
    assert done.returncode == 0, done.stderr
    draws = [
        row for row in rows(tmp_path / "out" / "draws.csv") if (row["unit"], row["period"]) == ("a", "2020")
    ]
    assert len({row["score"] for row in draws}) > 8


def test_a_design_that_varies_nothing_is_refused(tmp_path: Path) -> None:
    assert "varies nothing" in refused(tmp_path, method=METHOD + "uncertainty: {sobol: {n: 8, weights: 0}}\n")


DESIGN_RULES = {
    "run twice": ("9,z_score", "3,z_score", "row 3, column run: '3' is no new number"),
    "unknown normalisation": ("9,z_score", "9,zscore", "row 3, column normalise: 'zscore' is none of"),
    "unknown mean": ("12,,,a_gmean", "12,,,mean", "row 4, column aggregate: 'mean' is none of"),
    "unknown set": ("n_minmax,7", "n_minmax,8", "row 2, column weight_set: '8' is no weight set"),
    "no step": ("rep,norm,weight_set,agg", "rep,n,w,a", "row 1: no column is one of winmax"),
    "no run": ("rep,", "number,", "column 'run' is missing"),
}


@pytest.mark.parametrize(("old", "new", "said"), DESIGN_RULES.values(), ids=DESIGN_RULES)
def test_a_wrong_design_is_named_by_row(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in DESIGN
    write_design(tmp_path, DESIGN.replace(old, new))
    assert said in refused(tmp_path, method=BY_FILE)


SET_RULES = {
    "unknown code": ("1,air", "1,wind", "row 3, column code: 'wind' is no indicator or aggregate"),
    "twice": ("1,air", "1,comfort", "row 3, set 1 has a weight of 'comfort' already"),
    "below 0": ("7,air,2,1", "7,air,2,-1", "row 5, column weight: '-1' is not a number that is not negative"),
    "other level": ("1,air,2", "1,air,1", "row 3, column level: 'air' stands on level 2"),
    "sum 0": ("7,air,2,1", "7,air,2,0", "the weights of the children of 'index' in set 7 sum to 0"),
    "no set": ("7,air", "x,air", "row 5, column weight_set: 'x' is no number from 1 up"),
}


@pytest.mark.parametrize(("old", "new", "said"), SET_RULES.values(), ids=SET_RULES)
def test_a_wrong_weight_set_is_named_by_row(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SETS
    write_design(tmp_path, sets=SETS.replace(old, new))
    assert said in refused(tmp_path, method=BY_FILE)


def test_every_long_file_names_units_and_periods_alike(tmp_path: Path) -> None:
    write_design(tmp_path)
    assert run_index(tmp_path, method=BY_FILE).returncode == 0
    long = "scores contributions draws left_out intervals rank_probability outranking sensitivity"
    for name in long.split():
        header = set(rows(tmp_path / "out" / f"{name}.csv")[0])
        assert {"unit", "period"} <= header and not {"unit_code", "framework"} & header, name
