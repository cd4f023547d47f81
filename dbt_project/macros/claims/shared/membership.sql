{#- Members of the corridor with the days between which they joined, as years: after the one, at the latest on the
    other. Of a year alone, any of its days. -#}
{% macro joined() -%}
    (
        select
            m.place_code,
            {{ decimal_year('m.after_day') }} as low,
            {{ decimal_year('m.by_day') }} as high
        from (
            select
                place_code,
                coalesce({{ known_by('joined_after') }}, {{ period_start('left(joined_by, 4)') }}) as after_day,
                {{ known_by('joined_by') }} as by_day
            from {{ ref('place_member') }}
            where area_code = 'G60' and left_by is null
        ) as m
    )
{%- endmacro %}
