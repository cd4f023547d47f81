{#- Three firsts, each decided by mart_quantum_first as far as the registers reach: those that hold bound the count from
    below, those contradicted from above, and where neither is any nothing is bounded. -#}
{% macro claim_S25() %}
select
    {{ reading('held', '登记表所能判定的条数', 'how many the registers decide', is_principal=true) }},
    'open_register' as how_computed,
    'bound' as value_kind,
    case when f.held + f.refuted > 0 then f.held end as low,
    case when f.held + f.refuted > 0 then f.firsts - f.refuted end as high,
    f.missing_zh,
    f.missing_en
from (
    select
        count(*)::double as firsts,
        (count(*) filter (where verdict = 'holds'))::double as held,
        (count(*) filter (where verdict = 'contradicted'))::double as refuted,
        string_agg(statement_zh || ':' || missing_zh, ';' order by first_code) as missing_zh,
        string_agg(statement_en || ': ' || missing, '; ' order by first_code) as missing_en
    from {{ ref('mart_quantum_first') }}
    where claim_id = 'S25'
) as f
where f.firsts > 0
{% endmacro %}
