"""Descriptions that say the same twice: 中文。 English."""

from __future__ import annotations

import re

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def two_languages(text: str | None) -> tuple[str, str]:
    """A description as its Chinese and its English part; either may be empty."""
    text = (text or "").strip()
    parts = re.split(r"(?<=[。；！？])\s+(?=[A-Za-z0-9])", text, maxsplit=1)
    if len(parts) == 1:
        parts = re.split(r"(?<=[.!?])\s+(?=[\u4e00-\u9fff])", text, maxsplit=1)[::-1]
    if len(parts) == 2:
        return parts[0], parts[1]
    return (text, "") if CHINESE.search(text) else ("", text)
