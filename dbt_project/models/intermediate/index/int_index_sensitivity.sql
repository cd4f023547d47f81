-- First-order and total sensitivity by factor (macro index_sensitivity).
-- Not built here: the mart says it itself.
{{ config(materialized='ephemeral') }}
{{ index_sensitivity(ref('int_index_draw'), ref('int_index_run')) }}
