-- Probability of each rank (macro index_rank_probability).
-- Not built here: the mart says it itself.
{{ config(materialized='ephemeral') }}
{{ index_rank_probability(ref('int_index_draw'), ref('int_index_run')) }}
