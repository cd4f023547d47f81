{#- Twelve centres: those whose names are known bound the count from below; how many were awarded in all is printed with
    the funnel of the batch, and its names less the known ones are what is missing. -#}
{% macro claim_S26() %}
select
    {{ reading('named', '已知其名者', 'centres known by name', is_principal=true) }},
    {{ counted('c.named', is_complete=false) }},
    '其余名单' || coalesce('(' || (c.awarded - c.named)::integer || '家)', '') as missing_zh,
    'The other names' || coalesce(' (' || (c.awarded - c.named)::integer || ')', '') as missing_en
from {{ centres_counted() }} as c
where c.named > 0
union all by name
select
    {{ reading('funnel', '申报与授牌登记所载授牌数', 'awards that the funnel of the batch prints') }},
    'printed' as how_computed,
    'observed' as value_kind,
    c.awarded as value,
    c.awarded as low,
    c.awarded as high
from {{ centres_counted() }} as c
where c.awarded is not null
{% endmacro %}

{#- Centres of the first batch known by name, and how many were awarded as printed. -#}
{% macro centres_counted() -%}
    (
        select
            (
                select count(distinct entry) from {{ registered('concept_verification_centres') }}
                where batch = '1'
            ) as named,
            (
                select max(value) from {{ registered('verification_funnel') }}
                where batch = '1' and class_code = 'awarded'
            ) as awarded
    )
{%- endmacro %}
