{#- The steps of the published index: the macros of the engine on one data set, with the ends of its intervals. -#}

{% macro index_treatment_of(imputed) %}
with series as (
    select
        0 as variant, case when m.norm_within = 'period' then i.period else '' end as scope, i.node_id,
        m.winmax, m.skew_limit, m.kurtosis_limit, m.fallback, array_sort(array_agg(i.imputed)) as sorted
    from {{ imputed }} as i
    inner join {{ ref('framework_method') }} as m on i.framework = m.framework
    where i.is_kept and not i.is_reference and i.imputed is not null
    group by all
)

select
    n.framework,
    n.node_code as code,
    t.scope,
    t.step,
    t.treatment,
    t.low_limit,
    t.high_limit,
    t.points,
    t.skewness,
    t.kurtosis,
    t.passes,
    t.is_final,
    t.exponent
from ({{ index_treatment('series') }}) as t
inner join ({{ index_node() }}) as n on t.node_id = n.node_id
{% endmacro %}

{% macro index_normalised_of(imputed, treatment) %}
with value as (
    select
        i.framework, i.unit_code, i.period, i.code, i.unit_id, i.node_id, i.is_reference,
        case when m.norm_within = 'period' then i.period else '' end as scope,
        r.variant,
        case r.variant when 0 then i.imputed when -1 then i.value_low else i.value_high end as untreated
    from {{ imputed }} as i
    cross join (values (0), (-1), (-2)) as r (variant)
    inner join {{ ref('framework_method') }} as m on i.framework = m.framework
    where i.is_kept
),

scale as (
    select framework, 0 as variant, normalise, norm_reference from {{ ref('framework_method') }}
),

anchor as (
    {{ index_anchor(imputed, 'scale') }}
),

cell as (
    select
        v.*, 0 as base, {{ index_treated('v.untreated', 't') }} as value,
        n.direction, n.target, n.goalpost_low, n.goalpost_high, a.anchor_id, m.normalise, m.norm_a, m.norm_b, m.norm_cap
    from value as v
    inner join ({{ index_node() }}) as n on v.node_id = n.node_id
    inner join {{ ref('framework_method') }} as m on v.framework = m.framework
    left join anchor as a on v.unit_id = a.unit_id
    left join (select * from {{ treatment }} where is_final) as t
        on v.framework = t.framework and v.scope = t.scope and v.code = t.code
    where {{ computed_once() }}
),

normalised as (
    {{ index_normalised('cell') }}
)

select
    c.framework,
    c.unit_code,
    c.period,
    c.code,
    any_value(c.value) filter (where c.variant = 0) as treated,
    any_value(n.normalised) filter (where c.variant = 0) as normalised,
    case when count(n.normalised) = 3 then min(n.normalised) end as normalised_low,
    case when count(n.normalised) = 3 then max(n.normalised) end as normalised_high,
    c.is_reference,
    c.unit_id,
    c.node_id
from cell as c
inner join normalised as n on c.variant = n.variant and c.unit_id = n.unit_id and c.node_id = n.node_id
group by all
{% endmacro %}

{#- With the scale of a rebased framework: points = 100 / the root's score of the unit and period that make 100. -#}
{% macro index_score_of(normalised, weight, groups) %}
with moment as (
    select
        *,
        dense_rank() over (order by framework, period)::integer as moment
    from (select distinct framework, unit_code, period, unit_id, is_reference from {{ normalised }})
),

leaf as (
    select
        r.run, n.unit_id, n.node_id,
        case r.run when 0 then n.normalised when -1 then n.normalised_low else n.normalised_high end as score
    from {{ normalised }} as n
    cross join (values (0), (-1), (-2)) as r (run)
),

edge as (
    {{ index_edge() }}
),

weight as (
    select r.run, e.node_id, w.weight
    from {{ weight }} as w
    inner join edge as e on w.framework = e.framework and w.node_code = e.node_code
    cross join (values (0), (-1), (-2)) as r (run)
),

aggregate as (
    select r.run, a.node_id, a.power, a.min_share
    from ({{ index_aggregate() }}) as a
    cross join (values (0), (-1), (-2)) as r (run)
    -- Copeland's balance of wins has no bounds of its own.
    where r.run = 0 or a.power is not null
),

every as (
    {{ index_score('leaf', 'weight', 'aggregate', 'edge', 'moment') }}
),

scored as (
    select
        m.framework, m.unit_code, m.period, n.node_code, n.level, n.kind,
        any_value(s.score) filter (where s.run = 0) as score,
        any_value(s.score) filter (where s.run = -1) as score_low,
        any_value(s.score) filter (where s.run = -2) as score_high,
        m.is_reference, m.unit_id, n.node_id, n.parent_code
    from every as s
    inner join moment as m on s.unit_id = m.unit_id
    inner join ({{ index_node() }}) as n on s.node_id = n.node_id
    group by all
),

-- What the root has in the unit and period that make 100 is the scale of all.
pointed as (
    select
        s.*, m.rank_group,
        coalesce(
            max(case
                when m.rebase_unit = s.unit_code and m.rebase_period = s.period and s.parent_code is null then 100 / s.score
            end) over (partition by s.framework),
            1
        ) as points
    from scored as s
    inner join {{ ref('framework_method') }} as m on s.framework = m.framework
),

{# Which indicators lie below a node, and how many of them a unit has. #}
below as (
    with recursive closure as (
        select framework, node_code as code, node_code from ({{ index_node() }}) where kind = 'indicator'
        union all
        select c.framework, c.code, e.parent_code
        from closure as c
        inner join edge as e on c.framework = e.framework and c.node_code = e.node_code
    )

    select * from closure
),

available as (
    select
        b.framework, n.unit_code, n.period, b.node_code, count(n.normalised) / count(*) as share,
        -- A mean over the ends of some would pass over the others.
        count(n.normalised_low) = count(n.normalised) as has_ends
    from below as b
    inner join {{ normalised }} as n on b.framework = n.framework and b.code = n.code
    group by all
),

scaled as (
    select
        s.framework, s.unit_code, s.period, s.node_code, s.level, s.is_reference, s.unit_id, s.node_id,
        case when s.kind = 'aggregate' then s.score * s.points else s.score end as score,
        case when s.kind = 'aggregate' then s.score_low * s.points else s.score_low end as score_low,
        case when s.kind = 'aggregate' then s.score_high * s.points else s.score_high end as score_high,
        s.points,
        a.share as available_share,
        a.has_ends,
        g.group_value
    from pointed as s
    inner join available as a
        on
            s.framework = a.framework and s.unit_code = a.unit_code and s.period = a.period
            and s.node_code = a.node_code
    left join {{ groups }} as g
        on
            s.framework = g.framework and s.unit_code = g.unit_code and s.period = g.period
            and s.rank_group = g.group_code
)

select
    framework,
    unit_code,
    period,
    node_code,
    level,
    score,
    -- A sum in another order may end in another last digit.
    case when has_ends and score_low is not null then least(score_low, score) end as score_low,
    case when has_ends and score_high is not null then greatest(score_high, score) end as score_high,
    case
        when not is_reference and score is not null
            then rank() over (partition by framework, period, node_code, is_reference order by score desc nulls last)
    end::integer as rank,
    case
        when not is_reference and score is not null and group_value is not null
            then
                rank() over (
                    partition by framework, period, node_code, is_reference, group_value order by score desc nulls last
                )
    end::integer as group_rank,
    available_share,
    points,
    is_reference,
    unit_id,
    node_id
from scaled
-- Correlations add up in the order of these rows, and must come out the same to the last digit.
order by framework, node_id, unit_id
{% endmacro %}
