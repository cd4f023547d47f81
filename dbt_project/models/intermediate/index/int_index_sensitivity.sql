{{ config(materialized='ephemeral') }}
-- First-order and total sensitivity by factor (macro index_sensitivity).
{{ index_sensitivity(ref('int_index_draw'), ref('int_index_run')) }}
