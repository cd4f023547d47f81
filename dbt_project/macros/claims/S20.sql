{#- Three leading segments: those of the chain for which the register has an enterprise, launch and support left out. -#}
{% macro claim_S20() %}
{%- for code, zh, en, condition in [
    ('register', '有登记企业的主段', 'leading segments with an enterprise', 'true'),
    ('members_only', '只计九城市企业', 'enterprises of the nine alone',
        "e.place_code in (select place_code from " ~ ref('place') ~ " where is_member)"),
] %}
{{ 'union all by name' if not loop.first }}
select
    {{ reading(code, zh, en, is_principal=loop.first) }},
    {{ counted('count(distinct e.class_code) filter (where ' ~ condition ~ ')') }}
from {{ registered('satellite_enterprises') }} as e
where e.class_code in ('upstream', 'midstream', 'downstream')
having count(*) > 0
{%- endfor %}
{% endmacro %}
