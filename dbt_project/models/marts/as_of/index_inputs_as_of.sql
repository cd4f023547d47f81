{{ config(materialized='table_macro', parameters='day', schema='main', contract={'enforced': false}) }}
-- The inputs of the index as they were known at the end of a day, gaps filled from what was known then.
-- depends_on: {{ ref('as_of') }}
with known as (
    select * from as_of(day)
),

series as (
    {{ member_series('known', 'cast(day as date)') }}
)

select
    framework, unit_code as place_code, period::integer as year, code as indicator_code, value, value_low, value_high,
    value_kind, imputation_method, known_share, is_reference
from ({{ index_member_input('series') }}) as i
