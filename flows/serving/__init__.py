"""`g60 serve`: a scheduler of the warehouse's own, its runner, the watch over raw/ and the docs."""
