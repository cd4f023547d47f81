{#- More than twofold growth of the number of high-tech enterprises, from a year that is not named to one that is not.
    Its stock at the end of 2023 is bounded by the certificates of three years in the three provinces and Shanghai. -#}
{% macro claim_S04() %}
select
    {{ reading('2018_2023', '2018年刊印存量至2023年末:已知成员为下限,三省一市三年认定数为上限',
        'from the stock of 2018 to the end of 2023: the members known from below, three years of certificates from above',
        is_principal=true) }},
    'growth' as how_computed,
    'bound' as value_kind,
    100 * (b.value_low / a.value_high - 1) as low,
    100 * (p.value_high / a.value_low - 1) as high,
    b.missing_zh,
    b.missing_en
from {{ figure('G60', 'hitech_enterprises', 2018) }} as a
cross join {{ corridor_year('hitech_enterprises', 2023) }} as b
cross join {{ certificates_of_delta(2023) }} as p
union all by name
select
    {{ reading('2018_2022', '2018年至2022年刊印存量的增幅', 'growth of the printed stock, 2018 to 2022') }},
    'printed_total' as how_computed,
    'derived' as value_kind,
    {{ growth_of('a', 'b') }}
from {{ figure('G60', 'hitech_enterprises', 2018) }} as a
cross join {{ figure('G60', 'hitech_enterprises', 2022) }} as b
union all by name
select
    {{ reading('multiple_2018_2022', '读作“增至2倍以上”,2018年至2022年', 'read as growth to more than twice, 2018 to 2022') }},
    'printed_total' as how_computed,
    'derived' as value_kind,
    100 * b.value / a.value as value,
    100 * b.value_low / a.value_high as low,
    100 * b.value_high / a.value_low as high
from {{ figure('G60', 'hitech_enterprises', 2018) }} as a
cross join {{ figure('G60', 'hitech_enterprises', 2022) }} as b
union all by name
select
    {{ reading('2015_2022', '2015年存量由刊印比重(1/12)乘全国数得出,至2022年',
        'from 2015, the printed share (1/12) of the national stock, to 2022') }},
    'printed_total' as how_computed,
    'derived' as value_kind,
    {{ growth_of('a', 'b') }}
from (
    select
        s.value * n.value / 100 as value,
        s.value_low * n.value_low / 100 as value_low,
        s.value_high * n.value_high / 100 as value_high
    from {{ figure('G60', 'hitech_enterprises_share_national', 2015) }} as s
    cross join {{ figure('100000', 'hitech_enterprises', 2015) }} as n
) as a
cross join {{ figure('G60', 'hitech_enterprises', 2022) }} as b
{% endmacro %}
