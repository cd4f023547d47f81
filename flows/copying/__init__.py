"""The marts of a release put into another database: a schema of PostgreSQL, or a DuckLake."""
