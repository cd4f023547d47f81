{#- One fifteenth of the nation's GDP. Said in June 2024: the last full year was 2023, whose national figure was then
    preliminary; the economic census raised it at the end of 2024, the figures of the nine not yet. -#}
{% macro claim_S01() %}
{{ corridor_share('gdp', 2023, '2023', '2023年,全国数取九城市数公布时已知者',
    '2023, the nation as known when the nine were', is_principal=true) }}
union all by name
{{ corridor_share_of_status('gdp', 2023, 'revised', '2023_revised', '2023年,全国数取经济普查修订后',
    '2023, the nation as revised by the economic census') }}
union all by name
{{ corridor_share('gdp', 2022, '2022', '2022年,九城市数俱全', '2022, all nine known') }}
union all by name
{{ corridor_share_of_status('gdp', 2022, 'preliminary', '2022_preliminary', '2022年,全国数取初步核算',
    '2022, the nation as first printed') }}
union all by name
{{ corridor_share_with_shanghai('gdp', 2023) }}
{% endmacro %}
