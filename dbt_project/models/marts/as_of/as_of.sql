{{ config(materialized='table_macro', parameters='day', schema='main', contract={'enforced': false}) }}
-- The best values as they were known at the end of a day: from as_of('2022-12-31').
{%- set vintages %}(
        select
            place_code, indicator_code, period, period_kind, period_end, value, value_low, value_high, closed_low,
            closed_high, unit, qualifier, status, status_rank, vintage_date, document_id, cell_address, origin,
            is_known_fault, is_forecast, is_dropped
        from {{ ref('fct_observation') }}
        where vintage_date <= cast(day as date)
    )
{%- endset %}
with known as (
    {{ best_printing(vintages) }}
)

select * from ({{ best_values('known') }}) as v
