-- Probability that one unit is ahead of another (macro index_outranking).
-- Not built here: the mart says it itself.
{{ config(materialized='ephemeral') }}
{{ index_outranking(ref('int_index_draw'), ref('int_index_run')) }}
