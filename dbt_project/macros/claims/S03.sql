{#- One seventh of the nation's high-tech enterprises. The certificate lasts three years, so the nine can hold no more
    than the certificates that the three provinces and Shanghai were given in three years. -#}
{% macro claim_S03() %}
select
    {{ reading('2023', '2023年末存量:已知成员为下限,三省一市三年认定数为上限',
        'stock at the end of 2023: the members known from below, three years of certificates of the delta from above',
        is_principal=true) }},
    'share_of_nation' as how_computed,
    'bound' as value_kind,
    100 * c.value_low / n.value_high as low,
    100 * p.value_high / n.value_low as high,
    c.missing_zh,
    c.missing_en,
    c.addends
from {{ corridor_year('hitech_enterprises', 2023) }} as c
cross join {{ figure('100000', 'hitech_enterprises', 2023) }} as n
cross join {{ certificates_of_delta(2023) }} as p
union all by name
select
    {{ reading('printed_2022', '走廊刊印的2022年存量 ÷ 全国', "the corridor's printed stock of 2022 over the nation's") }},
    'printed_total' as how_computed,
    'derived' as value_kind,
    {{ share_of('c', 'n') }}
from {{ figure('G60', 'hitech_enterprises', 2022) }} as c
cross join {{ figure('100000', 'hitech_enterprises', 2022) }} as n
union all by name
{{ printed_elsewhere('G60', 'hitech_enterprises_share_national', 2022, 'share_2022', '走廊刊印的2022年比重',
    "the corridor's printed share of 2022") }}
{% endmacro %}
