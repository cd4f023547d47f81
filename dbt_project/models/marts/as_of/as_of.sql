{{ config(materialized='table_macro', parameters='day', schema='main', contract={'enforced': false}) }}
-- The best values as they were known at the end of a day: from as_of('2022-12-31').
with vintages as (
    select * exclude (is_best) from {{ ref('fct_observation') }} where vintage_date <= cast(day as date)
),

known as (
    {{ best_printing('vintages') }}
)

select * from ({{ best_values('known') }}) as v
