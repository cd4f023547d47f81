"""The ASEM example of the R package COINr, step by step against what that package makes of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from flows.indexing.run import index
from flows.settings import ROOT

REFERENCE = ROOT.parent / "shared" / "reference" / "coinr"
pytestmark = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference's results are not at hand")
METHOD = """
denominate: true
impute: {method: group_mean, group: EurAsia_group}
screen: {min_share: 0.9}
treat: {winmax: 5}
normalise: {method: min_max, lower: 0, upper: 100}
weight: {method: given}
aggregate: {method: arithmetic}
"""
STEPS = ("Denominated", "Imputed", "Screened", "Treated", "Normalised")


def read(file: Path, key: str = "uCode") -> pd.DataFrame:
    return pd.read_csv(file, keep_default_na=False, na_values=[""]).set_index(key).sort_index()


def asem(folder: Path, data: str = "ASEM_iData.csv") -> None:
    """The example's data and framework under our headings."""
    units = pd.read_csv(REFERENCE / data, dtype=str, keep_default_na=False)
    keys = {"uCode": "unit"} | ({"Time": "period"} if "panel" in data else {})
    units = units.rename(columns=keys)
    units[["unit", *[name for name in units if name != "unit"]]].to_csv(folder / "data.csv", index=False)
    nodes = pd.read_csv(REFERENCE / "ASEM_iMeta.csv", dtype=str, keep_default_na=False)
    ours = {"iCode": "code", "iName": "name"}
    nodes.rename(columns=lambda name: ours.get(name, name.lower())).to_csv(
        folder / "framework.csv", index=False
    )


def run(folder: Path, method: str) -> Path:
    (folder / "method.yml").write_text(method, encoding="utf-8")
    out = folder / "out"
    index(folder / "data.csv", folder / "framework.csv", folder / "method.yml", out)
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asem")
    asem(folder)
    return run(folder, METHOD)


def agree(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Same rows, and every column of ours equal to 1e-9 of its value."""
    assert list(ours.index) == list(theirs.index)
    pd.testing.assert_frame_equal(
        ours, theirs[list(ours.columns)], check_dtype=False, check_names=False, rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_that_of_the_reference(made: Path, step: str) -> None:
    ours = read(made / f"{step.lower()}.csv", "unit")
    assert ours.shape == (51, 49)
    agree(ours, read(REFERENCE / f"dset_{step}.csv"))


def test_all_scores_are_those_of_the_reference(made: Path) -> None:
    scores = pd.read_csv(made / "scores.csv", keep_default_na=False, na_values=[""])
    ours = scores.pivot(index="unit", columns="code", values="score").sort_index()
    assert ours.shape == (51, 11)
    agree(ours, read(REFERENCE / "dset_Aggregated.csv"))


def test_all_ranks_are_those_of_the_reference(made: Path) -> None:
    scores = pd.read_csv(made / "scores.csv", keep_default_na=False, na_values=[""])
    ours = scores.pivot(index="unit", columns="code", values="rank").sort_index()
    theirs = read(REFERENCE / "results_Full_ranks.csv")
    assert (ours == theirs.loc[ours.index, ours.columns]).all(axis=None)


def test_contributions_add_up_to_the_scores(made: Path) -> None:
    parts = pd.read_csv(made / "contributions.csv").groupby(["unit", "code"]).contribution.sum()
    scores = pd.read_csv(made / "scores.csv").set_index(["unit", "code"]).score
    pd.testing.assert_series_equal(parts.sort_index(), scores.sort_index(), check_names=False, rtol=1e-9)


def test_three_points_at_most_leave_the_reference_s_logarithms(tmp_path: Path) -> None:
    asem(tmp_path)
    out = run(tmp_path, METHOD.replace("winmax: 5", "winmax: 3"))
    agree(read(out / "treated.csv", "unit"), read(REFERENCE / "treat_winmax3.csv"))


def test_medians_fill_the_gaps_as_in_the_reference(tmp_path: Path) -> None:
    asem(tmp_path)
    out = run(tmp_path, METHOD.replace("method: group_mean, group: EurAsia_group", "method: median"))
    agree(read(out / "imputed.csv", "unit"), read(REFERENCE / "impute_i_median.csv"))


@pytest.mark.parametrize(
    ("normalise", "file"),
    [
        ("{method: n_minmax, lower: 1, upper: 100}", "norm_minmax_1_100"),
        ("{method: z_score}", "norm_zscore_0_1"),
    ],
)
def test_other_normalisations_are_those_of_the_reference(tmp_path: Path, normalise: str, file: str) -> None:
    asem(tmp_path)
    out = run(tmp_path, METHOD.replace("{method: min_max, lower: 0, upper: 100}", normalise))
    agree(read(out / "normalised.csv", "unit"), read(REFERENCE / f"{file}.csv"))


def test_geometric_means_are_those_of_the_reference(tmp_path: Path) -> None:
    asem(tmp_path)
    method = METHOD.replace("lower: 0", "lower: 1").replace("arithmetic", "a_gmean")
    scores = pd.read_csv(run(tmp_path, method) / "scores.csv", keep_default_na=False)
    ours = scores.pivot(index="unit", columns="code", values="score").sort_index()
    agree(ours, read(REFERENCE / "agg_gmean_minmax1_100.csv"))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Scores and ranks of the 600 runs of the reference's own design, the nominal as run 0."""
    folder = tmp_path_factory.mktemp("design")
    asem(folder)
    design = f"""
uncertainty:
  design: {REFERENCE}/sa_N100_design.csv
  weights: {REFERENCE}/sa_noisy_weight_sets_100.csv
  options: {{min_max: {{lower: 1, upper: 100}}, z_score: {{mean: 10, sd: 2}}}}
"""
    return pd.read_csv(run(folder, METHOD + design) / "draws.csv", keep_default_na=False)


@pytest.mark.parametrize("what", ["score", "rank"])
def test_every_run_of_a_design_file_is_that_of_the_reference(drawn: pd.DataFrame, what: str) -> None:
    ours = drawn.pivot(index="unit", columns="run", values=what).sort_index()
    assert ours.shape == (51, 601)
    theirs = read(REFERENCE / f"sa_N100_{what}s.csv")
    theirs.columns = [0, *range(1, 601)]
    if what == "rank":
        assert (ours == theirs).all(axis=None)
    else:
        agree(ours, theirs)


def test_an_enumeration_gives_the_exact_share_of_aggregation(tmp_path: Path) -> None:
    asem(tmp_path)
    design = f"""
uncertainty:
  enumerate:
    winmax: [1, 2, 3, 4, 5]
    normalise: [n_minmax, n_zscore]
    weights: {REFERENCE}/sa_noisy_weight_sets_100.csv
    aggregate: [a_amean, a_gmean]
  options: {{min_max: {{lower: 1, upper: 100}}, z_score: {{mean: 10, sd: 2}}}}
"""
    found = pd.read_csv(run(tmp_path, METHOD + design) / "sensitivity.csv", keep_default_na=False)
    found = found[found.output == "mean_rank_shift"].set_index("factor")
    assert found.loc["aggregate", "first_order"] == pytest.approx(0.565, abs=5e-4)
    assert set(found.runs) == {2000}


def test_a_panel_is_screened_year_by_year(tmp_path: Path) -> None:
    asem(tmp_path, "ASEM_iData_panel.csv")
    out = run(tmp_path, "screen: {min_share: 0.9}")
    ours = pd.read_csv(out / "screened.csv", keep_default_na=False, na_values=[""])
    theirs = pd.read_csv(REFERENCE / "purse_dset_Screened.csv", keep_default_na=False, na_values=[""])
    assert ours.shape == (230, 51)
    agree(
        ours.set_index(["unit", "period"]).sort_index(),
        theirs.rename(columns={"uCode": "unit", "Time": "period"}).set_index(["unit", "period"]).sort_index(),
    )
