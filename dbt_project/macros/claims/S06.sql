{#- More than one fifth of the companies of the STAR market: the eight cities and the companies known to be Songjiang's,
    on a day, over all that were traded then. -#}
{% macro claim_S06() %}
{{ star_share('2023-12-31', 'end_2023', '2023年末在市公司', 'companies traded at the end of 2023', is_principal=true) }}
union all by name
{{ star_share('2024-06-30', 'mid_2024', '2024年6月末在市公司', 'companies traded at the end of June 2024') }}
union all by name
{{ star_share('2024-12-31', 'end_2024', '2024年末在市公司', 'companies traded at the end of 2024') }}
union all by name
{{ star_share('2023-12-31', 'with_delisted', '2023年末,已退市者计入', 'end of 2023, those that had left counted too',
    with_delisted=true) }}
union all by name
{{ star_share('2023-12-31', 'shanghai', '2023年末,以上海全市代替松江区', 'end of 2023, all of Shanghai in place of Songjiang',
    whole_shanghai=true) }}
{% endmacro %}
