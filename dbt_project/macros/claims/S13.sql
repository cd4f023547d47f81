{#- Far above the national pace: “far” has no number, so any pace above the nation's agrees. -#}
{% macro claim_S13() %}
{%- for year in [2023, 2022] %}
{{ 'union all by name' if not loop.first }}
select
    {{ reading('2018_' ~ year, '九城市之和与全国2018至' ~ year ~ '年年均增幅之差',
        'yearly growth of the sum of the nine less the nation, 2018 to ' ~ year, is_principal=loop.first) }},
    'growth_gap' as how_computed,
    g.value_kind,
    g.value - n.value as value,
    g.low - n.high as low,
    g.high - n.low as high,
    g.missing_zh,
    g.missing_en
from (
    select
        case when 'imputed' in (a.value_kind, b.value_kind) then 'imputed' else a.value_kind end as value_kind,
        {{ growth_of('a', 'b', year - 2018) }},
        b.missing_zh,
        b.missing_en
    from {{ corridor_year('rd_expenditure', 2018) }} as a
    cross join {{ corridor_year('rd_expenditure', year) }} as b
) as g
cross join (
    select {{ growth_of('a', 'b', year - 2018) }}
    from {{ figure('100000', 'rd_expenditure', 2018) }} as a
    cross join {{ figure('100000', 'rd_expenditure', year) }} as b
) as n
{%- endfor %}
union all by name
select
    {{ reading('claimed_pace', 'S12所称年均增幅减全国2018至2023年年均增幅', 'the pace of S12 less that of the nation, 2018 to 2023') }},
    'arithmetic' as how_computed,
    'derived' as value_kind,
    s.value - n.value as value,
    s.value_low - n.high as low,
    s.value_high - n.low as high
from {{ claimed('S12') }} as s
cross join (
    select {{ growth_of('a', 'b', 5) }}
    from {{ figure('100000', 'rd_expenditure', 2018) }} as a
    cross join {{ figure('100000', 'rd_expenditure', 2023) }} as b
) as n
{% endmacro %}
