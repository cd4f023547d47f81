{{ config(materialized='ephemeral') }}
-- Probability of each rank (macro index_rank_probability).
{{ index_rank_probability(ref('int_index_draw'), ref('int_index_run')) }}
