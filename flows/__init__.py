"""The pipeline of the G60 warehouse."""
