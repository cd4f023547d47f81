"""Scores and ranks of an index in every run of its uncertainty design, in arrays.

The design, its options and weights are SQL (macros index_run and index_draw); what happens to each value in
each run is here: a run is a layer of a grid of periods × places, and a block of runs passes an indicator at a
time from the imputed figure to the parent's mean, so that memory holds a few grids and never all values.

What the published index is made by is SQL as well (macros index_normalised and index_score). Run 0 of every
design is that index: tests hold the two to each other for every normalisation and mean.
"""
