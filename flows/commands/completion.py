"""What a shell is offered behind TAB: places, indicators and releases of the current release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.settings import Paths, paths
from flows.wording import language, use

# Codes first; a name where a name was begun.
PLACES = """
    select place_code, name_zh, name_en from marts.dim_place order by not is_member, place_code
"""
INDICATORS = "select indicator_code, name_zh, name_en from marts.dim_indicator order by indicator_code"
# A release made before there were examples has none.
EXAMPLES = "select example_name, title_zh, title_en from meta.example order by sort_no"

Offer = tuple[str, str]


def warehouse_of(context: Any) -> Paths:
    """The warehouse of the command line so far."""
    named = context.params.get("warehouse")
    return paths(None, Path(named) if named else None)


def named(context: Any, incomplete: str, sql: str) -> list[Offer]:
    """Codes, or names where a name was begun; nothing while nothing is published."""
    where = warehouse_of(context)
    if not where.current.is_file():
        return []
    import duckdb

    use(None)
    with duckdb.connect(str(where.current.resolve()), read_only=True) as connection:
        try:
            rows = connection.execute(sql).fetchall()
        except duckdb.CatalogException:
            return []
    offers = []
    for code, zh, en in rows:
        told = zh if language() == "zh" else en
        for name, beside in ((code, told), (zh, code), (en, code)):
            if name.lower().startswith(incomplete.lower()):
                offers.append((name, beside))
                break
    return offers


def places(context: Any, incomplete: str) -> list[Offer]:
    return named(context, incomplete, PLACES)


def indicators(context: Any, incomplete: str) -> list[Offer]:
    return named(context, incomplete, INDICATORS)


def examples(context: Any, incomplete: str) -> list[Offer]:
    """Names of the example queries that the release carries."""
    return named(context, incomplete, EXAMPLES)


def releases(context: Any, incomplete: str) -> list[Offer]:
    """Releases, the newest first."""
    from flows.release.history import release_folders

    names = [folder.name for folder in reversed(release_folders(warehouse_of(context)))]
    return [(name, "") for name in names if name.startswith(incomplete)]
