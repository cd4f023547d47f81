{#- What each indicator adds to the score of each node above it. Every generalised mean M is homogeneous, so
    M = Σ x ∂M/∂x (Euler): a child of weight share w adds w x (arithmetic), w M (geometric), w x^p M^(1 - p) (power p),
    and its own indicators share that as they share its score. In Copeland's balance each opponent's +1 or -1 is
    divided over the children as their weights lean. The parts add up to the score. -#}
{% macro index_contribution(scores, weight) %}
with recursive edge as (
    select e.*, w.weight as node_weight, a.power
    from ({{ index_edge() }}) as e
    inner join {{ weight }} as w on e.framework = w.framework and e.node_code = w.node_code
    inner join ({{ index_aggregate() }}) as a on e.parent_id = a.node_id
    where w.weight <> 0
),

unscaled as (
    select
        *,
        case when node_id in (select a.node_id from ({{ index_aggregate() }}) as a) then score / points else score end as x
    from {{ scores }}
),

child as (
    select
        c.framework, c.unit_code, c.period, c.is_reference, c.unit_id, c.node_id, e.parent_id, e.kind, e.power, c.x,
        p.x as parent_x, e.node_weight,
        e.node_weight / sum(e.node_weight) over (partition by c.unit_id, e.parent_id) as share
    from unscaled as c
    inner join edge as e on c.node_id = e.node_id
    inner join unscaled as p on c.unit_id = p.unit_id and e.parent_id = p.node_id
    where c.x is not null and p.x is not null and {{ computed_once() }}
),

duel as (
    select *, sum(lean) over duel as ahead, {{ index_ahead('sum(lean) over duel', 'sum(node_weight) over duel') }} as won
    from (
        select
            a.unit_id, b.unit_id as opponent, a.parent_id, a.node_id, a.node_weight,
            a.node_weight * sign(a.x - b.x) as lean
        from child as a
        inner join child as b
            on
                a.framework = b.framework and a.period = b.period and a.node_id = b.node_id
                and a.unit_id <> b.unit_id and not b.is_reference
        where a.power is null
    )
    window duel as (partition by unit_id, opponent, parent_id)
),

balance as (
    select unit_id, node_id, sum(case when won = 0 then 0 else lean / ahead * won end) as part
    from duel
    group by all
),

part as (
    select
        c.unit_id, c.node_id, c.parent_id, c.kind, c.share,
        case
            when c.power = 1 then c.share * c.x
            when c.power is null then coalesce(b.part, 0)
            when c.parent_x = 0 or (c.x = 0 and c.power <> 0) then 0
            when c.power = 0 then c.share * c.parent_x
            else c.share * pow(c.x / c.parent_x, c.power) * c.parent_x
        end as part,
        -- How much of the child's own score that is; its indicators share it alike.
        case when c.power = 1 then c.share when c.x <> 0 then part / c.x end as rate
    from child as c
    left join balance as b on c.unit_id = b.unit_id and c.node_id = b.node_id
    where {{ computed_once() }}
),

share as (
    select unit_id, parent_id as node_id, node_id as leaf_id, share as weight, part as contribution
    from part
    where kind = 'indicator'
    union all
    select
        s.unit_id, p.parent_id, s.leaf_id, s.weight * p.share as weight,
        case when p.rate is null then p.part * s.weight else s.contribution * p.rate end as contribution
    from share as s
    inner join part as p on s.unit_id = p.unit_id and s.node_id = p.node_id
)

select
    s.framework,
    s.unit_code,
    s.period,
    s.node_code,
    n.node_code as code,
    c.weight,
    c.contribution * s.points as contribution,
    s.is_reference
from share as c
inner join {{ scores }} as s on c.unit_id = s.unit_id and c.node_id = s.node_id
inner join ({{ index_node() }}) as n on c.leaf_id = n.node_id
{% endmacro %}
