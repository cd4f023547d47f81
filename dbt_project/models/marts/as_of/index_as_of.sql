{{ config(materialized='table_macro', parameters='day', schema='main', contract={'enforced': false}) }}
-- The index as it would have been computed at the end of a day.
-- depends_on: {{ ref('index_inputs_as_of') }}
with inputs as (
    select * from index_inputs_as_of(day)
),

contributions as (
    {{ index_contributions('inputs') }}
)

select * from ({{ index_scores('contributions') }}) as s
