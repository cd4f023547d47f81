{#- Mean R&D intensity of 3.77 %. In June 2024 the latest R&D figures were those of 2022. A mean of nine ratios gives
    Songjiang the weight of Suzhou; the ratio of sums does not. -#}
{% macro claim_S02() %}
select
    m.* replace (
        m.missing_zh || ';要得3.77%,其均值须为' || {{ needed_mean('m') }} || '%' as missing_zh,
        m.missing_en || '; for 3.77 % these have to average ' || {{ needed_mean('m') }} || ' %' as missing_en
    )
from (
    {{ corridor_mean('rd_intensity', 2022, 'mean_2022', '2022年九个强度的简单平均', 'plain mean of the nine intensities, 2022',
        is_principal=true) }}
) as m
union all by name
{{ corridor_mean('rd_intensity', 2023, 'mean_2023', '2023年九个强度的简单平均', 'plain mean of the nine intensities, 2023') }}
union all by name
{{ corridor_ratio('rd_intensity', 2022, 'sums_2022', '2022年研发经费之和 ÷ 地区生产总值之和', 'sum of R&D over sum of GDP, 2022') }}
union all by name
{{ corridor_ratio('rd_intensity', 2023, 'sums_2023', '2023年研发经费之和 ÷ 地区生产总值之和', 'sum of R&D over sum of GDP, 2023') }}
union all by name
select
    {{ reading('shanghai', '以上海全市代替松江区,2022年简单平均', 'all of Shanghai in place of Songjiang, plain mean of 2022') }},
    'mean_of_ratios' as how_computed,
    o.value_kind,
    (o.value + s.value) / 9 as value,
    (o.value_low + s.value_low) / 9 as low,
    (o.value_high + s.value_high) / 9 as high
from {{ corridor_without_songjiang('rd_intensity', 2022) }} as o
cross join {{ figure('310000', 'rd_intensity', 2022) }} as s
union all by name
{{ printed_elsewhere('G60', 'rd_intensity_mean', 2022, 'printed_2022', '2022年走廊自己刊印的均值',
    "the corridor's own printing for 2022") }}
{% endmacro %}

{#- What the intensities that are not known have to average for the nine to average what is claimed. -#}
{% macro needed_mean(nine) -%}
    (
        select format('{:.2f}', (9 * any_value(c.value) - coalesce(sum(m.a.value) filter (where m.is_known), 0))
            / nullif(count(*) filter (where not m.is_known), 0))
        from (select a, a.value_kind in ('observed', 'derived') as is_known from unnest({{ nine }}.addends) as t (a)) as m
        cross join {{ claimed('S02') }} as c
    )
{%- endmacro %}
