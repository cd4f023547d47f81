{#- More than one eighth of the nation's trade. Some members print it in dollars only, and no year has all nine in yuan:
    the members known bound the share from below. -#}
{% macro claim_S07() %}
{{ corridor_share('trade_total', 2023, '2023', '2023年已知成员', 'members known in 2023', is_principal=true) }}
{%- for year in [2022, 2020] %}
union all by name
{{ corridor_share('trade_total', year, year ~ '', year ~ '年已知成员', 'members known in ' ~ year) }}
union all by name
select
    {{ reading('filled_' ~ year, year ~ '年,有人民币序列的成员逐年补齐,其余不计',
        year ~ ', members with a series in yuan filled, the others left out') }},
    'share_of_nation' as how_computed,
    'imputed' as value_kind,
    100 * sum(a.value_low) / any_value(c.nation_value) as low,
    any_value(c.missing_zh) as missing_zh,
    any_value(c.missing_en) as missing_en
from (select nation_value, missing_zh, missing_en, unnest(addends) as a from {{ corridor_year('trade_total', year) }}) as c
having count(*) > 0
{%- endfor %}
union all by name
{{ printed_elsewhere('G60', 'trade_share_national', 2022, 'printed_2022', '走廊刊印的2022年比重',
    "the corridor's printed share of 2022") }}
{% endmacro %}
