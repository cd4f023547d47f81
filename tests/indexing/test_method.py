"""What a method may say, and the sentence that tells what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.errors import G60Error
from flows.indexing.method import Method, read_method


def read(folder: Path, text: str) -> Method:
    file = folder / "method.yml"
    file.write_text(text, encoding="utf-8")
    return read_method(file)


def test_a_step_whose_key_is_absent_is_skipped(tmp_path: Path) -> None:
    method = read(tmp_path, "denominate: false")
    assert (method.impute.method, method.screen, method.treat, method.uncertainty) == (
        "none",
        None,
        None,
        None,
    )
    assert (method.normalise.method, method.normalise.factors) == ("min_max", (0, 100))
    assert (method.weight.method, method.aggregate.method) == ("given", "arithmetic")


def test_a_named_treatment_has_the_limits_of_the_handbook(tmp_path: Path) -> None:
    treat = read(tmp_path, "treat: {}").treat
    assert treat is not None
    assert (treat.winmax, treat.skew, treat.kurtosis, treat.fallback) == (5, 2, 3.5, "log")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("n_minmax", "min_max"), ("n_zscore", "z_score"), ("n_prank", "percentile_rank")],
)
def test_names_of_coinr_are_understood(tmp_path: Path, theirs: str, ours: str) -> None:
    assert read(tmp_path, f"normalise: {theirs}").normalise.method == ours


def test_a_level_may_be_aggregated_in_its_own_way(tmp_path: Path) -> None:
    by_level = read(
        tmp_path, "aggregate: {by_level: {2: a_gmean, 3: {method: power, power: 2}}}"
    ).aggregate.by_level
    assert {level: (mean.method, mean.power) for level, mean in by_level.items()} == {
        2: ("geometric", None),
        3: ("power", 2),
    }


def test_a_unit_named_no_stays_a_text(tmp_path: Path) -> None:
    assert (
        read(tmp_path, "normalise: {method: distance_to_reference, reference: NO}").normalise.reference
        == "NO"
    )


def test_an_alternative_takes_the_numbers_of_its_options(tmp_path: Path) -> None:
    method = read(
        tmp_path,
        "uncertainty: {enumerate: {normalise: [n_minmax, z_score, rank]},"
        " options: {min_max: {lower: 1, upper: 100}, n_zscore: {mean: 10, sd: 2}}}",
    )
    assert method.uncertainty is not None and method.uncertainty.enumerate is not None
    assert [n.factors for n in method.uncertainty.enumerate.normalise] == [(1, 100), (10, 2), (None, None)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("imput: mean", "unknown key 'imput'"),
        ("impute: {method: guess}", "'impute.method' is none of"),
        ("impute: {method: group_mean}", "group, a column of the data"),
        ("impute: {method: mean, group: region}", "group, a column of the data"),
        ("screen: {min_share: 1.5}", "'screen.min_share'"),
        ("screen: {}", "key 'screen.min_share' is missing"),
        ("treat: {winmax: -1}", "'treat.winmax'"),
        ("treat: {winmax: many}", "'treat.winmax'"),
        ("treat: {fallback: sqrt}", "'treat.fallback' is none of"),
        ("normalise: {method: z_score, lower: 1}", "lower has no meaning for z_score"),
        ("normalise: {method: z_score, sd: 0}", "'normalise.sd'"),
        ("normalise: {method: min_max, lower: 5, upper: 5}", "lower, 5, is not below upper, 5"),
        ("normalise: {method: min_max, lower: nan}", "'normalise.lower'"),
        ("normalise: distance_to_reference", "needs reference, a unit of the data"),
        ("normalise: base_year", "needs reference, a period of the data"),
        ("normalise: {method: goalposts, goalposts: {x: [2, 1]}}", "the low goalpost of x, 2, is not below"),
        ("weight: {method: expert}", "'weight.method' is none of"),
        ("aggregate: {method: power}", "power goes with method power"),
        ("aggregate: {method: geometric, power: 2}", "power goes with method power"),
        ("aggregate: {by_level: {two: geometric}}", "'aggregate.by_level"),
        ("uncertainty: {}", "name one of design, enumerate and sobol"),
        ("uncertainty: {design: a.csv, sobol: {n: 8}}", "name one of design, enumerate and sobol"),
        ("uncertainty: {enumerate: {}}", "name alternatives"),
        ("uncertainty: {sobol: {n: 1}}", "'uncertainty.sobol.n'"),
        ("uncertainty: {sobol: {weights: 2.5}}", "how many sets, or a half width under 1"),
        ("uncertainty: {enumerate: {weights: 0.25}}", "numbers of sets, or how many sets"),
        ("uncertainty: {sobol: {}, options: {n_max: {}}}", "'uncertainty.options.n_max.method' is none of"),
        ("rank: {}", "key 'rank.group' is missing"),
        ("", "is empty or not a mapping"),
        ("- denominate", "is empty or not a mapping"),
        ("treat: {winmax: 1", "is not YAML"),
        ("treat: &a {winmax: 1}\nscreen: *a", "a method has no use for aliases"),
        ("denominate: true\ndenominate: false", "'denominate' is given twice"),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(G60Error) as error:
        read(tmp_path, text)
    assert said in str(error.value)
    assert "method.yml" in str(error.value) and "\n" not in str(error.value)


def test_a_method_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(G60Error, match="cannot be read"):
        read_method(tmp_path / "nowhere.yml")
