{#- The start in 2016: of the first member, by declared evidence; the first agreement of several came a year later. -#}
{% macro claim_S16() %}
select
    {{ reading('first_member', '首个成员的起始', 'when the first member began', is_principal=true) }},
    'declared' as how_computed,
    'bound' as value_kind,
    min(j.low) as low,
    min(j.high) as high
from {{ joined() }} as j
having count(*) > 0
union all by name
select
    {{ reading('first_agreement', '首个多地协议的日期', 'the day of the first agreement between several') }},
    'declared' as how_computed,
    'observed' as value_kind,
    min(a.high) as value,
    min(a.high) as low,
    min(a.high) as high
from (
    select high from {{ joined() }} as j group by high having count(*) > 1
) as a
having count(*) > 0
{% endmacro %}
