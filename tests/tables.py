"""Whether two warehouses hold the same rows."""

from __future__ import annotations

from pathlib import Path

import duckdb

TABLES = """
    select schema_name, table_name from duckdb_tables()
    where database_name = ? and schema_name in ('raw', 'staging', 'marts')
    order by all
"""


def differences(a: Path, b: Path) -> list[str]:
    """Tables that two databases do not both have with the same rows, duplicates counted; sentences."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{a}' as a (read_only); attach '{b}' as b (read_only)")
        of_a, of_b = (connection.execute(TABLES, [name]).fetchall() for name in "ab")
        assert len(of_a) > 20, "these are no warehouses"
        found = [f"only one has {schema}.{table}" for schema, table in set(of_a) ^ set(of_b)]
        for schema, table in sorted(set(of_a) & set(of_b)):
            name = f'"{schema}"."{table}"'
            [(rows,)] = connection.execute(f"""
                select count(*) from (
                    (from a.{name} except all from b.{name})
                    union all
                    (from b.{name} except all from a.{name})
                )
            """).fetchall()
            if rows:
                found.append(f"{schema}.{table} differs in {rows} rows")
    return found
