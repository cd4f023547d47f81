"""From a row that a test refused back to the raw files it came from."""

from __future__ import annotations

from typing import Any

import duckdb

BY_ADDRESS = """
    select distinct f.file_path
    from raw.file as f inner join (select unnest($1::varchar[]) as said) as s
        on contains(s.said, f.file_path || '#')
"""
BY_KEY = """
    select distinct split_part(cell_address, '#', 1) as file
    from marts.fct_observation
    where place_code = $place_code and ($indicator_code is null or indicator_code = $indicator_code)
        and ($period is null or period = $period)
    order by file
    limit 5
"""
BY_DOCUMENT = "select file_path from raw.document where document_id = $1"


def files_of(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> list[str]:
    """Raw files behind a row: those its cell addresses name, else its document's, else those that print the
    figures it is about. Empty where the row is about no file."""
    texts = [value for value in row.values() if isinstance(value, str)]
    named = {file for (file,) in connection.execute(BY_ADDRESS, [texts]).fetchall()}
    named |= {str(row["file_path"])} if row.get("file_path") else set()
    if named:
        return sorted(named)
    try:
        if row.get("document_id"):
            return [file for (file,) in connection.execute(BY_DOCUMENT, [row["document_id"]]).fetchall()]
        if row.get("place_code"):
            period = row.get("period") or row.get("year")
            key = {
                "place_code": row["place_code"],
                "indicator_code": row.get("indicator_code"),
                "period": str(period) if period else None,
            }
            return [file for (file,) in connection.execute(BY_KEY, key).fetchall()]
    except duckdb.CatalogException:
        # The model that would tell was not built.
        return []
    return []
