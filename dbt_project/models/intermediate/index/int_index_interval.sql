-- Median and 5-95 % of each score and rank over the sample of the design (macro index_interval).
-- Not built here: the mart says it itself.
{{ config(materialized='ephemeral') }}
{{ index_interval(ref('int_index_draw'), ref('int_index_run'), ref('int_index_score')) }}
