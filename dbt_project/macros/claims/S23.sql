{#- A first batch of scenarios: batches that the register of scenarios names, in words where it numbers none. -#}
{% macro claim_S23() %}
select
    {{ reading('register', '登记表中的批次', 'batches in the register', is_principal=true) }},
    {{ counted("count(distinct case when regexp_matches(concat_ws(' ', e.batch, e.entry), '(?i)first batch|首批|第一批|^1') then 1 else e.batch::integer end)") }},
    '首批场景的名单' as missing_zh,
    'The list of the first batch' as missing_en
from (
    select entry, case when regexp_full_match(batch, '\d+') then batch end as batch
    from {{ registered('quantum_scenarios') }}
) as e
where regexp_matches(concat_ws(' ', e.batch, e.entry), '(?i)batch|批|\d')
having count(*) > 0
{% endmacro %}
