{#- R&D expenditure of the nine has grown by 83 % since 2018. Its window is not printed: 12.9 % a year (S12) makes 83 %
    in five years and 62 % in four. The total printed for 2018 lies below the sum of what the members printed. -#}
{% macro claim_S11() %}
{{ corridor_growth('rd_expenditure', 2018, 2023, 'five_years', '2018至2023年九城市之和的增幅',
    'growth of the sum of the nine, 2018 to 2023', is_principal=true) }}
union all by name
{{ corridor_growth('rd_expenditure', 2018, 2022, 'four_years', '2018至2022年九城市之和的增幅',
    'growth of the sum of the nine, 2018 to 2022') }}
{%- for year in [2023, 2022] %}
union all by name
select
    {{ reading('printed_base_' ~ year, '自刊印的2018年合计至' ~ year ~ '年九城市之和',
        'from the total printed for 2018 to the sum of the nine in ' ~ year) }},
    'growth' as how_computed,
    b.value_kind,
    {{ growth_of('a', 'b') }},
    b.missing_zh,
    b.missing_en
from {{ figure('G60', 'rd_expenditure', 2018) }} as a
cross join {{ corridor_year('rd_expenditure', year) }} as b
{%- endfor %}
{%- for years in [5, 4] %}
union all by name
select
    {{ reading('pace_over_' ~ years, 'S12所称年均增幅持续' ~ years ~ '年', 'the yearly pace of S12 kept up for ' ~ years ~ ' years') }},
    'arithmetic' as how_computed,
    'derived' as value_kind,
    100 * (pow(1 + s.value / 100, {{ years }}) - 1) as value,
    100 * (pow(1 + s.value_low / 100, {{ years }}) - 1) as low,
    100 * (pow(1 + s.value_high / 100, {{ years }}) - 1) as high
from {{ claimed('S12') }} as s
{%- endfor %}
{% endmacro %}
