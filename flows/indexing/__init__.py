"""The composite index engine on anybody's data: the dbt models of the index, run without dbt."""
