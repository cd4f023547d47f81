"""The portable models on a distributed engine: the same dbt project, the target `spark`."""
