{{ config(materialized='table_macro', parameters='day', schema='main', contract={'enforced': false}) }}
-- The index as it would have been computed at the end of a day: every step of it on the inputs of that day.
-- depends_on: {{ ref('index_inputs_as_of') }}
with inputs as (
    select *, place_code as unit_code, year::varchar as period, indicator_code as code
    from index_inputs_as_of(day)
),

units as (
    {{ index_member_unit('inputs') }}
),

groups as (
    {{ index_member_group('units') }}
),

imputed as (
    {{ index_imputed('inputs', 'units', 'groups') }}
),

treatments as (
    {{ index_treatment_of('imputed') }}
),

normalised_values as (
    {{ index_normalised_of('imputed', 'treatments') }}
),

weights as (
    {{ index_weight('normalised_values') }}
),

scores as (
    {{ index_score_of('normalised_values', 'weights', 'groups') }}
),

contributions as (
    {{ index_contribution('scores', 'weights') }}
),

indicators as (
    {{ index_member_indicator('inputs', 'normalised_values', 'weights', 'scores', 'contributions') }}
)

select * from ({{ index_member_score('scores', 'indicators') }}) as s
