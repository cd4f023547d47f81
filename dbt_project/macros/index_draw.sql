{#- Score and rank of the root in every run: the steps of the index once for all runs that share them.
    Runs with the same data and treatment share their treated values, and those with the same scale their
    normalised values; weights and means are each run's own. -#}
{% macro index_draw(runs, imputed, weight) %}
with moment as (
    select *, dense_rank() over (order by framework, period)::integer as moment
    from (select distinct framework, unit_code, period, unit_id, is_reference from {{ imputed }} where is_kept)
),

-- Every framework's runs in one sequence.
run as (
    select
        row_number() over (order by r.framework, r.run)::integer as run_id, r.*, coalesce(d.seed, 0) as seed,
        coalesce(r.winmax, m.winmax) as winmax_used,
        dense_rank() over (order by r.framework, r.data_draw, winmax_used)::integer as treatment_id,
        dense_rank() over (order by r.framework, r.data_draw, winmax_used, r.normalise)::integer as scale_id
    from {{ runs }} as r
    inner join {{ ref('framework_method') }} as m on r.framework = m.framework
    left join {{ ref('framework_design') }} as d on r.framework = d.framework
),

variant as (
    select distinct
        r.treatment_id, r.framework, r.winmax_used, r.data_draw, r.seed, m.skew_limit, m.kurtosis_limit, m.fallback
    from run as r
    inner join {{ ref('framework_method') }} as m on r.framework = m.framework
),

cell as (
    select
        v.treatment_id, i.unit_id, i.node_id, i.is_reference,
        case when m.norm_within = 'period' then u.moment else 0 end as scope,
        case
            when v.data_draw is null or i.value_low is null or i.value_high is null then i.imputed
            else
                i.value_low
                + (i.value_high - i.value_low)
                * {{ index_random('v.seed', 'v.data_draw', 'i.unit_code, i.period, i.code') }}
        end as value,
        v.winmax_used is not null as is_treated
    from variant as v
    inner join {{ imputed }} as i on v.framework = i.framework
    inner join moment as u on i.unit_id = u.unit_id
    inner join {{ ref('framework_method') }} as m on i.framework = m.framework
    where i.is_kept and i.imputed is not null
),

series as (
    select
        c.treatment_id as variant, c.scope, c.node_id, v.winmax_used as winmax, v.skew_limit, v.kurtosis_limit,
        v.fallback, list_sort(list(c.value)) as sorted
    from cell as c
    inner join variant as v on c.treatment_id = v.treatment_id
    where not c.is_reference and c.is_treated
    group by all
),

treatment as (
    select * from ({{ index_treatment('series') }}) as t where is_final and treatment <> 'none'
),

treated as (
    select treatment_id, unit_id, node_id, is_reference, scope, value from cell where not is_treated
    union all
    select c.treatment_id, c.unit_id, c.node_id, c.is_reference, c.scope, {{ index_treated('c.value', 't') }} as value
    from cell as c
    left join treatment as t on c.treatment_id = t.variant and c.scope = t.scope and c.node_id = t.node_id
    where c.is_treated
),

scale as (
    select distinct
        r.framework, r.scale_id as variant, r.treatment_id, m.norm_reference, m.norm_cap,
        coalesce(o.text, m.normalise) as normalise,
        case when o.text is null then m.norm_a else o.a end as norm_a,
        case when o.text is null then m.norm_b else o.b end as norm_b
    from run as r
    inner join {{ ref('framework_method') }} as m on r.framework = m.framework
    left join {{ ref('framework_option') }} as o
        on r.framework = o.framework and o.factor = 'normalise' and r.normalise = o.option
),

anchor as (
    {{ index_anchor('moment', 'scale') }}
),

scaled as (
    select
        s.variant, s.variant as base, c.scope, c.unit_id, a.anchor_id, c.node_id, c.is_reference, n.direction, c.value,
        n.target, n.goalpost_low, n.goalpost_high, s.normalise, s.norm_a, s.norm_b, s.norm_cap
    from treated as c
    inner join scale as s on c.treatment_id = s.treatment_id
    inner join ({{ index_node() }}) as n on c.node_id = n.node_id
    left join anchor as a on s.variant = a.variant and c.unit_id = a.unit_id
),

normalised as (
    {{ index_normalised('scaled') }}
),

leaf as (
    select r.run_id as run, n.unit_id, n.node_id, n.normalised as score
    from normalised as n
    inner join run as r on n.variant = r.scale_id
),

edge as (
    {{ index_edge() }}
),

weight as (
    select
        r.run_id as run, e.node_id,
        case when r.left_out = e.node_code then 0 else coalesce(s.weight, w.weight) end
        * case
            when r.weight_draw is null then 1
            else
                1 + r.weight_spread
                * (2 * {{ index_random('r.seed', 'r.weight_draw', 'e.node_code') }} - 1)
        end as weight
    from run as r
    inner join edge as e on r.framework = e.framework
    inner join {{ weight }} as w on e.framework = w.framework and e.node_code = w.node_code
    left join {{ ref('framework_weight_set') }} as s
        on r.framework = s.framework and r.weight_set = s.weight_set and e.node_code = s.node_code
),

aggregate as (
    select
        r.run_id as run, a.node_id, a.min_share,
        case when o.text is null then a.power else {{ index_power('o.text', 'o.a') }} end as power
    from run as r
    inner join ({{ index_aggregate() }}) as a on r.framework = a.framework
    left join {{ ref('framework_option') }} as o
        on r.framework = o.framework and o.factor = 'aggregate' and r.aggregate = o.option
),

every as (
    {{ index_score('leaf', 'weight', 'aggregate', 'edge', 'moment', roots_only=true) }}
),

root as (
    select r.framework, r.run, e.run as run_id, e.unit_id, u.moment, u.is_reference, u.unit_code, u.period, e.score
    from every as e
    inner join run as r on e.run = r.run_id
    inner join moment as u on e.unit_id = u.unit_id
),

-- A rebased index is 100 where it is by definition, in every run.
base as (
    select x.framework, x.run, 100 / x.score as points
    from root as x
    inner join {{ ref('framework_method') }} as m
        on x.framework = m.framework and x.unit_code = m.rebase_unit and x.period = m.rebase_period
)

select
    x.framework,
    x.run,
    x.unit_code,
    x.period,
    x.score * coalesce(b.points, 1) as score,
    p.rank::integer as rank,
    x.unit_id
from root as x
left join base as b on x.framework = b.framework and x.run = b.run
left join (
    select run_id, unit_id, rank() over (partition by run_id, moment order by score desc) as rank
    from root
    where not is_reference and score is not null
) as p on x.run_id = p.run_id and x.unit_id = p.unit_id
{% endmacro %}
