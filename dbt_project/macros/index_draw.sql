{#- What the draws are made from, in small tables by framework: flows.indexing.drawing reads them and moves, treats,
    normalises and averages in arrays, where a row for each value of each run would be too many. -#}

{#- Units that are kept, `moment` being the period within which ranks and Copeland compare; the numbers of their names
    begin those that index_random draws. -#}
{% macro index_draw_unit(imputed) %}
select
    u.*,
    dense_rank() over (order by u.framework, u.period)::integer as moment,
    u.unit_code is not distinct from m.rebase_unit and u.period is not distinct from m.rebase_period as is_base,
    hash(u.unit_code) as unit_hash,
    hash(u.period) as period_hash
from (
    select distinct framework, unit_code, period, unit_id, is_reference from {{ imputed }} where is_kept
) as u
inner join {{ ref('framework_method') }} as m on u.framework = m.framework
{% endmacro %}

{% macro index_draw_cell(imputed) %}
select framework, unit_id, node_id, imputed as value, value_low, value_high
from {{ imputed }}
where is_kept and imputed is not null
{% endmacro %}

{#- Indicators and aggregates; `code_hash` ends the numbers that index_random draws. -#}
{% macro index_draw_node() %}
select
    n.framework, n.node_id, n.kind, n.level, n.direction, n.target, n.goalpost_low, n.goalpost_high, e.parent_id,
    hash(n.node_code) as code_hash
from ({{ index_node() }}) as n
left join ({{ index_edge() }}) as e on n.node_id = e.node_id
{% endmacro %}

{#- The options of each run, 0 for the published one; `data_hash` begins the numbers of a run that moves the data. -#}
{% macro index_draw_run(runs) %}
select
    r.framework, r.run, coalesce(r.normalise, 0) as scale, coalesce(r.aggregate, 0) as mean,
    coalesce(r.winmax, m.winmax) as winmax, m.skew_limit, m.kurtosis_limit, m.fallback,
    m.norm_within = 'period' as is_within_period,
    case when r.data_draw is not null then hash(coalesce(d.seed, 0), r.data_draw) end as data_hash
from {{ runs }} as r
inner join {{ ref('framework_method') }} as m on r.framework = m.framework
left join {{ ref('framework_design') }} as d on r.framework = d.framework
{% endmacro %}

{#- Normalisations by option. -#}
{% macro index_draw_scale() %}
select
    m.framework, coalesce(o.option, 0) as scale, m.norm_reference, m.norm_cap,
    coalesce(o.text, m.normalise) as normalise,
    case when o.text is null then m.norm_a else o.a end as norm_a,
    case when o.text is null then m.norm_b else o.b end as norm_b
from {{ ref('framework_method') }} as m
inner join (
    select framework, option, text, a, b from {{ ref('framework_option') }} where factor = 'normalise'
    union all
    select framework, null as option, null as text, null as a, null as b from {{ ref('framework_method') }}
) as o on m.framework = o.framework
{% endmacro %}

{#- The unit that each is set against (index_anchor), by option. -#}
{% macro index_draw_anchor(imputed) %}
with moment as (
    {{ index_draw_unit(imputed) }}
),

scale as (
    select *, scale as variant from ({{ index_draw_scale() }})
)

select m.framework, a.variant as scale, a.unit_id, a.anchor_id
from ({{ index_anchor('moment', 'scale') }}) as a
inner join moment as m on a.unit_id = m.unit_id
{% endmacro %}

{#- Means by option and aggregate: `power`, null for Copeland, and min_share. -#}
{% macro index_draw_mean() %}
select
    a.framework, coalesce(o.option, 0) as mean, a.node_id, a.min_share,
    case when o.text is null then a.power else {{ index_power('o.text', 'o.a') }} end as power
from ({{ index_aggregate() }}) as a
inner join (
    select framework, option, text, a from {{ ref('framework_option') }} where factor = 'aggregate'
    union all
    select framework, null as option, null as text, null as a from {{ ref('framework_method') }}
) as o on a.framework = o.framework
{% endmacro %}

{#- The weight of each node below the root in each run. -#}
{% macro index_draw_weight(runs, weight) %}
select
    r.framework, r.run, e.node_id,
    case when r.left_out = e.node_code then 0 else coalesce(s.weight, w.weight) end
    * case
        when r.weight_draw is null then 1
        else
            1 + r.weight_spread
            * (2 * {{ index_random('coalesce(d.seed, 0)', 'r.weight_draw', 'e.node_code') }} - 1)
    end as weight
from {{ runs }} as r
inner join ({{ index_edge() }}) as e on r.framework = e.framework
inner join {{ weight }} as w on e.framework = w.framework and e.node_code = w.node_code
left join {{ ref('framework_design') }} as d on r.framework = d.framework
left join {{ ref('framework_weight_set') }} as s
    on r.framework = s.framework and r.weight_set = s.weight_set and e.node_code = s.node_code
{% endmacro %}
