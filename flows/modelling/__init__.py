"""The dbt build: what it made, what its tests found."""
