"""The page on growth: what was measured by size, the law it follows, and what a nation would take."""

from __future__ import annotations

from typing import Any

from flows.pace import in_words
from flows.reporting.charting.embedding import embed
from flows.reporting.charting.growth import growth_chart
from flows.reporting.growth import WORKS, estimates, laws


def of_bytes(count: float | None) -> str:
    """Bytes as people say them: 1.2 GB."""
    if count is None:
        return "–"
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1e3:,.0f} kB"


def growth_page() -> dict[str, Any]:
    found = laws()
    told = []
    for one in estimates():
        if law := found.get(one.work):
            stored = law.bytes_each and law.bytes_each * one.size
            told.append(
                {"zh": one.zh, "en": one.en, "size": one.size, "bytes": of_bytes(stored)}
                | {"time": in_words(law.seconds(one.size)), "is_far": one.size > 20 * law.largest.size}
            )
    return {
        "works": [(work, found[work.name]) for work in WORKS if work.name in found],
        "estimates": told,
        "most": max(one.size for one in estimates()),
        "chart": embed(growth_chart(found)),
        "in_words": in_words,
        "of_bytes": of_bytes,
    }
