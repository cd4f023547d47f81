{#- Three firsts, each a statement tested over links and scenarios by mart_quantum_first: those that hold bound the count
    from below, those that are not decidable may be added. -#}
{% macro claim_S25() %}
select
    {{ reading('borne_out', '登记的线路与场景所支持的条数', 'how many the links and scenarios bear out', is_principal=true) }},
    'open_register' as how_computed,
    'bound' as value_kind,
    (count(*) filter (where verdict = 'holds'))::double as low,
    (count(*) filter (where verdict <> 'contradicted'))::double as high,
    string_agg(missing_zh, '; ' order by first_code) as missing_zh,
    string_agg(missing, '; ' order by first_code) as missing_en
from {{ ref('mart_quantum_first') }}
where claim_id = 'S25'
having count(*) > 0
{% endmacro %}
