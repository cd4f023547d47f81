-- What knowing a missing number would be worth (macro index_most_wanted).
-- Not built here: the mart says it itself.
{{ config(materialized='ephemeral') }}
{{ index_most_wanted(ref('int_index_draw'), ref('int_index_run'), ref('int_index_imputed')) }}
