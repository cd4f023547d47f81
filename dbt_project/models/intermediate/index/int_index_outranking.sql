{{ config(materialized='ephemeral') }}
-- Probability that one unit is ahead of another (macro index_outranking).
{{ index_outranking(ref('int_index_draw'), ref('int_index_run')) }}
