"""The shape of one series in the height of a line of text."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup


def sparkline(values: Sequence[tuple[int, float]]) -> Markup:
    """A line that the numbers beside it explain; drawn here, since a page has a hundred of them."""
    if len(values) < 3:
        return Markup("")
    years, sizes = [v[0] for v in values], [v[1] for v in values]
    wide, tall = max(years) - min(years) or 1, max(sizes) - min(sizes) or 1
    path = "L".join(
        f"{2 + 76 * (year - min(years)) / wide:.1f} {18 - 14 * (size - min(sizes)) / tall:.1f}"
        for year, size in sorted(values)
    )
    head = '<svg class="spark" viewBox="0 0 80 20" width="80" height="20" aria-hidden="true">'
    return Markup(f'{head}<path d="M{path}"/></svg>')
