"""Random edits of raw files, each refreshed, and each refresh equal to a build from nothing, table by table.

    python -m tests.soak.edits [edits] [seed]

A figure is changed, a row struck, a file added or one taken away with its card. A difference that is held
is accepted, so that the next edit meets it; where a test closes the gate, the builds are compared too.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from flows.errors import G60Error
from flows.pipeline import Refresh
from flows.release.pending import ReleaseHeld
from flows.settings import ROOT, Paths
from tests.tables import differences
from tests.warm import Warm

EDITS = 30


def edit(raw: Path, number: int, dice: random.Random) -> str:
    """One edit of the folder; what was done, in words."""
    kind = dice.choice(
        ["change a figure", "change a figure", "strike a row", "add a file", "take a file away"]
    )
    sheets = [p for p in sorted(raw.rglob("*.csv")) if "bulletins" in p.parts or "songjiang" in p.parts]
    file = dice.choice(sheets)
    name = file.relative_to(raw).as_posix()
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    place = dice.randrange(1, len(lines))
    if kind == "change a figure":
        digits = [at for at, letter in enumerate(lines[place]) if letter.isdigit()]
        at = dice.choice(digits[len(digits) // 4 :])
        other = dice.choice([digit for digit in "123456789" if digit != lines[place][at]])
        lines[place] = lines[place][:at] + other + lines[place][at + 1 :]
    elif kind == "strike a row" and len(lines) > 3:
        del lines[place]
    elif kind == "add a file":
        copy = file.with_name(f"added_{number}.csv")
        copy.write_text(lines[0] + lines[place], encoding="utf-8")
        shutil.copy(f"{file}.yaml", f"{copy}.yaml")
        return f"add {copy.relative_to(raw).as_posix()}"
    else:
        file.unlink()
        Path(f"{file}.yaml").unlink()
        return f"take {name} away"
    file.write_text("".join(lines), encoding="utf-8")
    return f"{kind} in line {place + 1} of {name}"


def refresh(where: Paths) -> tuple[str, str]:
    """One refresh: how it ended, and what of it was landed anew."""
    run = Refresh(where, keep=2, modeller_of=Warm)
    outcome = "published"
    try:
        try:
            run.run()
        except ReleaseHeld:
            outcome = "held and accepted"
            Refresh(where, keep=2, modeller_of=Warm, accept="a trial").run()
    except G60Error as error:
        outcome = type(error).__name__
    landing = run.facts.landing
    return (
        outcome,
        f"{landing.files - landing.reused} of {landing.files} files anew" if landing else "nothing",
    )


def main() -> None:
    edits = int(sys.argv[1]) if len(sys.argv) > 1 else EDITS
    dice = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 60)
    wrong: list[str] = []
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(shutil.copytree(ROOT / "raw", Path(scratch) / "raw"))
        kept = Paths(raw=raw, warehouse=Path(scratch) / "kept")
        refresh(kept)
        for number in range(1, edits + 1):
            done = edit(raw, number, dice)
            outcome, anew = refresh(kept)
            fresh = Paths(raw=raw, warehouse=Path(scratch) / f"fresh_{number}")
            refresh(fresh)
            found = differences(kept.build_database, fresh.build_database)
            outcomes[outcome] += 1
            print(f"{number}. {done}: {outcome}, {anew}, {len(found)} differences", flush=True)
            wrong += [f"after edit {number}: {difference}" for difference in found]
            shutil.rmtree(fresh.warehouse)
    print(f"{edits} edits, {dict(outcomes)}; {len(wrong)} differences to builds from nothing")
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
