"""What the pages of lineage and entities read from a release."""

from __future__ import annotations

QUERIES = {
    "lineage_node": "select * from meta.node order by all",
    "column_lineage": "select * from meta.column_lineage order by all",
    "column_unfollowed": "select * from meta.column_unfollowed order by all",
    # Columns of the marts and of the macros beside them, of those nothing else in a release tells.
    "lineage_column": """
        select table_name, column_name, column_index from duckdb_columns()
        where schema_name = 'marts' and database_name = current_database()
        order by all
    """,
    "key": "select * from meta.key order by all",
    "reference": "select * from meta.reference order by all",
}
