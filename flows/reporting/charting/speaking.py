"""Words of a chart in two languages, of which one is shown when it is drawn."""

from __future__ import annotations

from typing import Any

Pair = tuple[str, str]

# Stands between the Chinese and the English of a text inside a chart; assets/charts.js knows it too.
BETWEEN = "⇄"


def two(zh: str, en: str) -> str:
    """A text of a chart in both languages; one without English is the same in both."""
    parts = (str(zh).replace(BETWEEN, "↔"), str(en or zh).replace(BETWEEN, "↔"))
    return parts[0] if parts[0] == parts[1] else BETWEEN.join(parts)


def in_language(spec: Any, lang: str) -> Any:
    """A specification with the words of one language, `zh` or `en`, or of `both` side by side."""
    if isinstance(spec, str):
        parts = spec.split(BETWEEN)
        return " ".join(parts) if lang == "both" else parts[-1 if lang == "en" else 0]
    if isinstance(spec, dict):
        return {key: in_language(value, lang) for key, value in spec.items()}
    if isinstance(spec, list):
        return [in_language(value, lang) for value in spec]
    return spec
