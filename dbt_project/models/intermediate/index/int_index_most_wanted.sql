{{ config(materialized='ephemeral') }}
-- What knowing a missing number would be worth (macro index_most_wanted).
{{ index_most_wanted(ref('int_index_draw'), ref('int_index_run'), ref('int_index_imputed')) }}
