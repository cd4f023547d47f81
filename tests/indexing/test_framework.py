"""What a framework must hold: each rule broken once, and told with its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.errors import G60Error
from flows.indexing.framework import Framework, read_framework
from tests.indexing.given import FRAMEWORK


def read(folder: Path, text: str, weighs: bool = True) -> Framework:
    file = folder / "framework.csv"
    file.write_text(text, encoding="utf-8")
    return read_framework(file, weighs)


def fault(folder: Path, old: str, new: str) -> str:
    """The sentence about the small framework with one text of it replaced."""
    assert old in FRAMEWORK
    with pytest.raises(G60Error) as error:
        read(folder, FRAMEWORK.replace(old, new))
    assert "framework.csv" in str(error.value)
    return str(error.value)


def test_a_good_framework_is_a_tree_with_one_root(tmp_path: Path) -> None:
    framework = read(tmp_path, FRAMEWORK)
    assert framework.root.code == "index"
    assert [node.code for node in framework.of("indicator")] == ["cars", "income", "ozone"]
    assert (framework.codes["ozone"].direction, framework.codes["income"].weight) == (-1, 3)
    assert framework.codes["people"].level is None


def test_types_and_headings_may_be_written_with_capitals(tmp_path: Path) -> None:
    text = FRAMEWORK.replace("indicator", "Indicator").replace("code,name,parent", "Code,Name,Parent")
    assert read(tmp_path, text) == read(tmp_path, FRAMEWORK)


def test_columns_that_nothing_asks_for_are_remembered(tmp_path: Path) -> None:
    text = (
        FRAMEWORK.replace("target\n", "target,remark\n").replace("\n", ",x\n").replace("remark,x", "remark")
    )
    text = text.replace(",target,remark", ",target,remark")
    assert read(tmp_path, text).unused == ["remark"]


def test_weights_may_be_absent_where_the_method_makes_its_own(tmp_path: Path) -> None:
    text = FRAMEWORK.replace("indicator,1,1,cars", "indicator,1,,cars")
    assert read(tmp_path, text, weighs=False).codes["cars"].weight is None
    with pytest.raises(G60Error, match="row 4, column weight: '' is not a number"):
        read(tmp_path, text)


RULES = {
    "code twice": ("ozone,Ozone,air", "cars,Ozone,air", "row 6: code 'cars' is also that of row 4"),
    "code in case only": ("ozone,Ozone,air", "Cars,Ozone,air", "differs in case only from 'cars' of row 4"),
    "no code": ("ozone,Ozone", ",Ozone", "row 6, column code: there is none"),
    "reserved code": ("ozone,Ozone", "unit,Ozone", "row 6: code 'unit' is the name of a key"),
    "unknown parent": (
        "cars,Cars a head,comfort",
        "cars,Cars a head,luxury",
        "row 4, column parent: 'luxury' is no code",
    ),
    "indicator as parent": (
        "income,Income,comfort",
        "income,Income,cars",
        "row 5, column parent: 'cars' is of type ind",
    ),
    "indicator without parent": ("ozone,Ozone,air", "ozone,Ozone,", "row 6: indicator 'ozone' has no parent"),
    "circle": ("air,Air,index", "air,Air,air", "row 8: the parents run in a circle, air -> air"),
    "two roots": ("air,Air,index", "air,Air,", "'air' of row 8 and 'index' of row 9 have no parent"),
    "no aggregate": (
        "air,Air,index,2,aggregate",
        "air,Air,index,2,composite",
        "row 8, column type: 'composite' is none",
    ),
    "level not below": (
        "comfort,Comfort,index,2",
        "comfort,Comfort,index,3",
        "3 of 'comfort' is not below 3 of its parent",
    ),
    "level no number": (
        "comfort,Comfort,index,2",
        "comfort,Comfort,index,two",
        "row 7, column level: 'two' is not a whole",
    ),
    "level missing": (
        "comfort,Comfort,index,2",
        "comfort,Comfort,index,",
        "row 7, column level: '' is not a whole",
    ),
    "childless": ("ozone,Ozone,air", "ozone,Ozone,comfort", "row 8: aggregate 'air' has no children"),
    "weights sum to 0": (
        "indicator,-1,1,ppb",
        "indicator,-1,0,ppb",
        "row 8: the weights of the children of 'air' sum to 0",
    ),
    "weight below 0": (
        "indicator,1,3,yuan",
        "indicator,1,-3,yuan",
        "row 5, column weight: '-3' is not a number that is",
    ),
    "weight no number": (
        "indicator,1,3,yuan",
        "indicator,1,much,yuan",
        "row 5, column weight: 'much' is not a number",
    ),
    "direction 2": (
        "indicator,1,3,yuan",
        "indicator,2,3,yuan",
        "row 5, column direction: '2' is not 1 or -1",
    ),
    "no direction": ("indicator,1,3,yuan", "indicator,,3,yuan", "row 5, column direction: '' is not 1 or -1"),
    "unknown denominator": (
        "cars,people,5",
        "cars,persons,5",
        "row 4, column denominator: 'persons' is no code",
    ),
    "group as denominator": (
        "cars,people,5",
        "cars,region,5",
        "row 4, column denominator: 'region' is of type group",
    ),
    "target no number": ("cars,people,5", "cars,people,five", "row 4, column target: 'five' is not a number"),
    "missing column": ("direction", "sign", "column 'direction' is missing"),
    "heading twice": ("name,", "code,", "column 'code' is there twice"),
    "short row": (
        "index,Quality of life,,3,aggregate,1,1,,,",
        "index,Quality of life",
        "row 9 has more or fewer cells",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), RULES.values(), ids=RULES)
def test_a_broken_rule_is_named_with_its_row(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in fault(tmp_path, old, new)


def test_a_longer_circle_is_named_whole_and_once(tmp_path: Path) -> None:
    text = FRAMEWORK + "a,A,b,5,aggregate,1,1,,,\nb,B,c,6,aggregate,1,1,,,\nc,C,a,7,aggregate,1,1,,,\n"
    with pytest.raises(G60Error) as error:
        read(tmp_path, text)
    assert "row 10: the parents run in a circle, a -> b -> c -> a (" in str(error.value)


def test_a_framework_without_a_root_says_so(tmp_path: Path) -> None:
    with pytest.raises(G60Error, match="no row is an aggregate without a parent"):
        read(tmp_path, "\n".join(FRAMEWORK.splitlines()[:3]))


def test_several_faults_are_told_together(tmp_path: Path) -> None:
    said = fault(tmp_path, "indicator,1,", "indicator,7,")
    assert "row 4, column direction: '7'" in said and "row 5, column direction: '7'" in said
