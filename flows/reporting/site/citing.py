"""How a thing of a release is cited in a bibliography."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from flows.reporting.site.facts import Row

# What means something to BibTeX inside braces.
SPECIAL = str.maketrans({"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}"} | {c: f"\\{c}" for c in "&%$#_"})


def bibtex_of(release: Row) -> Callable[[str, str], str]:
    """A function that writes the entry of one thing of this release."""
    year = datetime.fromtimestamp(float(release["built_at"]), UTC).year

    def bibtex(key: str, name: str) -> str:
        short = re.sub(r"[^A-Za-z0-9]+", "_", key).strip("_")
        lines = {
            "title": "{City statistics of the G60 corridor}: " + name.translate(SPECIAL),
            "author": "{The open warehouse of city statistics of the G60 corridor}",
            "year": str(year),
            "version": str(release["release_id"]).translate(SPECIAL),
        }
        body = ",\n".join(f"  {name} = {{{text}}}" for name, text in lines.items())
        return f"@misc{{g60_{short},\n{body}\n}}"

    return bibtex
