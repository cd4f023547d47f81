{#- Twelve centres: those whose names are known bound the count from below; the funnel of the batch says how many were
    awarded, in a source of its own. -#}
{% macro claim_S26() %}
select
    {{ reading('named', '已知其名者', 'centres known by name', is_principal=true) }},
    {{ counted('count(distinct e.entry)', is_complete=false) }},
    '其余' || (max(f.awarded) - count(distinct e.entry))::integer || '家名单' as missing_zh,
    'The other ' || (max(f.awarded) - count(distinct e.entry))::integer || ' names' as missing_en
from {{ registered('concept_verification_centres') }} as e
left join (
    select batch, max(value) as awarded from {{ registered('verification_funnel') }} where class_code = 'awarded' group by batch
) as f on e.batch = f.batch
where e.batch = '1'
having count(*) > 0
union all by name
select
    {{ reading('awarded', '登记表所记的授牌家数', 'awards that the register of the batch has') }},
    {{ counted('max(e.value)') }}
from {{ registered('verification_funnel') }} as e
where e.class_code = 'awarded' and e.batch = '1'
having count(*) > 0
{% endmacro %}
