{#- A first batch of scenarios: batches that the register of scenarios names, in words where it numbers none. -#}
{% macro claim_S23() %}
select
    {{ reading('register', '登记表中的批次', 'batches in the register', is_principal=true) }},
    {{ counted('count(distinct e.batch)') }},
    '首批场景的名单' as missing_zh,
    'The list of the first batch' as missing_en
from (
    select case when regexp_matches(concat_ws(' ', batch, entry), '(?i)first batch|首批|第一批') then '1' else batch end as batch
    from {{ registered('quantum_scenarios') }}
) as e
having count(e.batch) > 0
{% endmacro %}
