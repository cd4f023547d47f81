"""SQL from anywhere: the current release behind the wire protocol of PostgreSQL, read-only."""
