"""Networks of places: what a model of SQL cannot reckon."""
