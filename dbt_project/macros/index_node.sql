{#- Indicators and aggregates with short keys, for joins over many draws. -#}
{% macro index_node() %}
select
    n.*,
    row_number() over (order by n.framework, n.node_code)::integer as node_id
from {{ ref('framework_node') }} as n
where n.kind in ('indicator', 'aggregate')
{% endmacro %}

{#- The same with parents: node_id, parent_id, parent_level. -#}
{% macro index_edge() %}
select
    c.framework, c.node_code, c.node_id, c.kind, c.level, c.weight,
    p.node_code as parent_code, p.node_id as parent_id, p.level as parent_level
from ({{ index_node() }}) as c
inner join ({{ index_node() }}) as p on c.framework = p.framework and c.parent_code = p.node_code
{% endmacro %}

{#- How each aggregate is made: `power` of its generalised mean, null for Copeland. -#}
{% macro index_aggregate() %}
select
    n.framework, n.node_id, n.node_code, n.level,
    coalesce(l.aggregate, m.aggregate) as aggregate,
    {{ index_power('coalesce(l.aggregate, m.aggregate)', 'coalesce(l.power, m.power)') }} as power,
    coalesce(l.min_share, m.aggregate_min_share) as min_share
from ({{ index_node() }}) as n
inner join {{ ref('framework_method') }} as m on n.framework = m.framework
left join {{ ref('framework_level') }} as l on n.framework = l.framework and n.level = l.level
where n.kind = 'aggregate'
{% endmacro %}

{% macro index_power(aggregate, power) -%}
    case {{ aggregate }}
        when 'arithmetic' then 1::double
        when 'geometric' then 0
        when 'harmonic' then -1
        when 'power' then {{ power }}
    end
{%- endmacro %}
