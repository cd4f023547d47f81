"""A small index of two periods, to be spoiled cell by cell: its files, and the command on them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.conftest import g60_here

DATA = """unit,period,region,people,cars,ozone,income
a,2020,north,10,20,4,7
b,2020,north,20,10,1,
c,2020,south,5,30,3,5
d,2020,south,8,8,2,9
a,2021,north,11,24,4.5,8
b,2021,north,21,11,1.25,6
c,2021,south,5,32,3,5.5
d,2021,south,8,NA,2,9
"""
FRAMEWORK = """code,name,parent,level,type,direction,weight,unit,denominator,target
people,People,,,denominator,,,,,
region,Region,,,group,,,,,
cars,Cars a head,comfort,1,indicator,1,1,cars,people,5
income,Income,comfort,1,indicator,1,3,yuan,,10
ozone,Ozone,air,1,indicator,-1,1,ppb,,1
comfort,Comfort,index,2,aggregate,1,2,,,
air,Air,index,2,aggregate,1,1,,,
index,Quality of life,,3,aggregate,1,1,,,
"""
METHOD = """denominate: true
impute: {method: group_mean, group: region}
normalise: {method: min_max, lower: 1, upper: 100}
"""


def write_inputs(
    folder: Path, data: str | bytes = DATA, framework: str = FRAMEWORK, method: str = METHOD
) -> list[str | Path]:
    """The three files and the arguments that name them, the results to be in the folder `out`."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {"data.csv": data, "framework.csv": framework, "method.yml": method}
    for name, content in contents.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    named = ["--data", "data.csv", "--framework", "framework.csv", "--method", "method.yml", "--out", "out"]
    return [text if text.startswith("--") else folder / text for text in named]


def run_index(folder: Path, **contents: str | bytes) -> subprocess.CompletedProcess[str]:
    """`g60 index` on the small index, with other contents where some are given."""
    return g60_here("index", *write_inputs(folder, **contents))  # type: ignore[arg-type]


def refused(folder: Path, **contents: str | bytes) -> str:
    """The one sentence with which the command refuses its inputs, having written nothing."""
    done = run_index(folder, **contents)
    assert done.returncode == 1, done.stdout
    assert sorted(path.name for path in folder.iterdir() if path.suffix not in (".csv", ".yml")) == []
    assert done.stderr.startswith("error ") and done.stderr.count("\n") == 1, done.stderr
    return done.stderr
