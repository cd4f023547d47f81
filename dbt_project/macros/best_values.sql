{#- The best value of each place, indicator and period: printed figures first, formulas where none is printed. -#}
{% macro best_values(observations) %}
with observed as (
    select
        place_code, indicator_code, period, period_end, value, value_low, value_high, closed_low, closed_high, unit,
        qualifier, status, status_rank, vintage_date, document_id, cell_address, is_best, origin,
        is_known_fault or is_forecast or is_dropped as is_unsound,
        case when origin = 'derived' then 'count of the register' end as formula
    from {{ observations }}
    where period_kind = 'year'
),

first_pass as (
    {{ derive('observed', 1) }}
),

-- A formula fills a gap; it never replaces what was printed, be it a figure or a bound.
after_first as (
    select {{ value_columns() }} from observed
    union all
    select {{ value_columns('f') }}
    from (select *, true as is_best, 'derived' as origin, false as is_unsound from first_pass) as f
    anti join (select * from observed where is_best) as o using (place_code, indicator_code, period)
),

second_pass as (
    {{ derive('after_first', 2) }}
),

after_second as (
    select {{ value_columns() }} from after_first where is_best
    union all
    select {{ value_columns('s') }}
    from (select *, true as is_best, 'derived' as origin, false as is_unsound from second_pass) as s
    anti join (select * from after_first where is_best) as o using (place_code, indicator_code, period)
),

part_year as (
    select
        place_code, indicator_code, period, period_end, value, value_low, value_high, closed_low, closed_high, unit,
        qualifier, status, status_rank, vintage_date, document_id, cell_address, is_best, origin,
        false as is_unsound,
        cast(null as string) as formula
    from {{ observations }}
    where period_kind <> 'year' and is_best
),

every_period as (
    select {{ value_columns() }} from after_second
    union all
    select {{ value_columns() }} from part_year
)

select
    {{ star_except(['is_best', 'origin', 'status_rank', 'is_unsound']) }},
    case when length(period) = 4 then period::integer end as year,
    case when qualifier in ('at_least', 'at_most') then 'bound' else origin end as value_kind
from every_period
{% endmacro %}

{#- The columns of a value in one order, by which unions append them. -#}
{% macro value_columns(alias=none) -%}
    {%- set names = [
        'place_code', 'indicator_code', 'period', 'period_end', 'value', 'value_low', 'value_high', 'closed_low',
        'closed_high', 'unit', 'qualifier', 'status', 'status_rank', 'vintage_date', 'document_id', 'cell_address',
        'is_best', 'origin', 'is_unsound', 'formula'
    ] -%}
    {%- for name in names %}{{ alias ~ '.' if alias }}{{ name }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}
