{#- Nine places: the members declared with dated evidence, on the day of the claim and before. -#}
{% macro claim_S15() %}
{%- for day, code, zh, en in [
    ('2024-06-30', '2024', '2024年6月的成员', 'members in June 2024'),
    ('2017-12-31', '2017', '2017年末的成员', 'members at the end of 2017'),
] %}
{{ 'union all by name' if not loop.first }}
select
    {{ reading(code, zh, en, is_principal=loop.first) }},
    'declared' as how_computed,
    case when m.low = m.high then 'derived' else 'bound' end as value_kind,
    case when m.low = m.high then m.low end as value,
    m.low,
    m.high
from (
    select
        (count(*) filter (where j.high <= {{ decimal_year("date '" ~ day ~ "'") }}))::double as low,
        (count(*) filter (where j.low < {{ decimal_year("date '" ~ day ~ "'") }}))::double as high
    from {{ joined() }} as j
) as m
{%- endfor %}
{% endmacro %}
