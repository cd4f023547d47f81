{#- About 12.9 % a year: the pace that 83 % (S11) makes over five years, and does not make over four. -#}
{% macro claim_S12() %}
{%- for years in [5, 4] %}
{{ 'union all by name' if not loop.first }}
select
    {{ reading('pace_of_' ~ years ~ '_years', 'S11所称增幅在' ~ years ~ '年内的年均',
        'the growth of S11 spread over ' ~ years ~ ' years', is_principal=loop.first) }},
    'arithmetic' as how_computed,
    'derived' as value_kind,
    100 * (pow(1 + s.value / 100, 1.0 / {{ years }}) - 1) as value,
    100 * (pow(1 + s.value_low / 100, 1.0 / {{ years }}) - 1) as low,
    100 * (pow(1 + s.value_high / 100, 1.0 / {{ years }}) - 1) as high
from {{ claimed('S11') }} as s
{%- endfor %}
{%- for year in [2023, 2022] %}
union all by name
select
    {{ reading('sum_2018_' ~ year, '九城市之和2018至' ~ year ~ '年的年均增幅', 'yearly growth of the sum of the nine, 2018 to ' ~ year) }},
    'growth' as how_computed,
    case when 'imputed' in (a.value_kind, b.value_kind) then 'imputed' else a.value_kind end as value_kind,
    {{ growth_of('a', 'b', year - 2018) }},
    b.missing_zh,
    b.missing_en
from {{ corridor_year('rd_expenditure', 2018) }} as a
cross join {{ corridor_year('rd_expenditure', year) }} as b
{%- endfor %}
{% endmacro %}
