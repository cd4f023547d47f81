"""Which language a person wants: what was asked for, else G60_LANG, else what the environment says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

Language = Literal["zh", "en"]

# English until a command line says otherwise: what is written to logs, ledgers and reports stays as it is.
chosen: Language = "en"


def language() -> Language:
    return chosen


def use(wanted: str | None, environ: Mapping[str, str] = os.environ) -> None:
    """Speak this language from now on; that of the environment where none is named."""
    global chosen
    chosen = "zh" if (wanted or of_environment(environ)).lower().startswith("zh") else "en"


def of_environment(environ: Mapping[str, str]) -> str:
    """The language that the environment asks for, by the rules of gettext."""
    if own := environ.get("G60_LANG"):
        return own
    locale = next((said for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (said := environ.get(name))), "C")
    # The plain C locale is a wish for untranslated words, which a list of languages does not overrule.
    if locale.partition(".")[0] in {"C", "POSIX"}:
        return "en"
    return environ.get("LANGUAGE", "").partition(":")[0] or locale
