{#- Members of the corridor with the days between which they joined, as years: after the one, at the latest on the
    other. Of a year alone, any of its days. -#}
{% macro joined() -%}
    (
        select
            m.place_code,
            {{ decimal_year('coalesce(' ~ known_by('m.joined_after') ~ ', ' ~ period_start('left(m.joined_by, 4)') ~ ')') }} as low,
            {{ decimal_year('(' ~ known_by('m.joined_by') ~ ')') }} as high,
            m.evidence_zh,
            m.evidence_en
        from {{ ref('place_member') }} as m
        where m.area_code = 'G60' and m.left_by is null
    )
{%- endmacro %}
