{#- 2.59 % of the world's PCT applications. No year has the figures of all nine: the three provinces and Shanghai (as
    received by the national office) bound them, and the corridor's own share of the nation gives the world's. -#}
{% macro claim_S05() %}
select
    {{ reading('2023', '2023年:以三省一市受理量为上限', '2023: bounded by the applications of the three provinces and Shanghai',
        is_principal=true) }},
    'share_of_world' as how_computed,
    'bound' as value_kind,
    100 * p.value_high / w.value_low as high,
    '九个成员2023年PCT申请量' as missing_zh,
    'PCT applications of the nine in 2023' as missing_en
from (
    select sum(value_high) as value_high
    from {{ ref('int_indicator') }}
    where
        indicator_code = 'pct_applications_cnipa'
        and place_code in ('310000', '320000', '330000', '340000')
        and year = 2023
    having count(*) = 4
) as p
cross join {{ figure('000000', 'pct_applications', 2023) }} as w
{%- for year in [2022, 2024] %}
union all by name
select
    {{ reading('share_' ~ year, year ~ '年:走廊刊印的占全国比重 × 全国 ÷ 全球',
        year ~ ": the corridor's printed share of the nation, times the nation, over the world") }},
    'printed_total' as how_computed,
    'derived' as value_kind,
    s.value * n.value / w.value as value,
    s.value_low * n.value_low / w.value_high as low,
    s.value_high * n.value_high / w.value_low as high
from {{ figure('G60', 'pct_applications_share_national', year) }} as s
cross join {{ figure('100000', 'pct_applications', year) }} as n
cross join {{ figure('000000', 'pct_applications', year) }} as w
{%- endfor %}
union all by name
{{ printed_elsewhere('G60', 'pct_applications_share_global', 2022, 'printed_2022', '走廊刊印的2022年占全球比重',
    "the corridor's printed share of the world in 2022") }}
{% endmacro %}
