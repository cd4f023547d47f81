{#- Songjiang's R&D intensity of 6.79 %: its R&D expenditure is not printed as an amount, so the ratio cannot be made. -#}
{% macro claim_S09() %}
{{ printed_elsewhere('310117', 'rd_intensity', 2022, 'printed_2022', '区级刊印的2022年强度', "the district's printing for 2022",
    is_principal=true) }}
union all by name
{{ printed_elsewhere('310117', 'rd_intensity', 2023, 'printed_2023', '2023年5月预计的2023年强度(超过7%)',
    'expected for 2023 in May of that year (over 7 %)') }}
{% endmacro %}
