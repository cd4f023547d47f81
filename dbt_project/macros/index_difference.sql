{#- The difference between two scores of the root as contributions of the indicators: they add up to it.

    pairs: framework, a_unit, a_period, b_unit, b_period and a relation. Returns these with gap (score of a less score
    of b), code, a_value and b_value (null where missing or left out), contribution.
    A child that is missing takes nothing from the mean of the others: it counts as if it had the value of its parent,
    and so do all indicators below it. With these values a and b have the same children and weights, and for a mean
    M of power p, f(x) = x^p or ln x, f(Ma) - f(Mb) = Σ w (f(a) - f(b)). With secants in place of slopes,
    s(x, y) = (f(x) - f(y)) / (x - y), a child adds w s(a, b) / s(Ma, Mb) times its own difference, and so on down to
    the indicators: an equal indicator adds nothing, whatever the others do.
    Where zeros make the mean of one side zero, they share the difference by weight: the limit for small values.
    Copeland compares with other units: a child adds the difference of its attributions, passed down by its own
    difference as far as that explains it, the rest (others moved) by weight; so too where no secant exists. -#}
{% macro index_difference(pairs) %}
with recursive pair as (
    select *, row_number() over () as pair_id from {{ pairs }}
),

node as (
    select n.framework, n.node_code, n.parent_code, n.kind, w.weight, a.power
    from ({{ index_node() }}) as n
    left join ({{ index_aggregate() }}) as a on n.node_id = a.node_id
    left join {{ ref('int_index_weight') }} as w on n.framework = w.framework and n.node_code = w.node_code
    where n.parent_code is null or w.weight <> 0
),

-- What makes the score of a rebased framework out of the mean; its indicators are not rebased.
scale as (
    select framework, any_value(points) as points from {{ ref('int_index_score') }} group by all
),

score as (
    select
        s.framework, s.unit_code, s.period, s.node_code,
        s.score / case when n.kind = 'aggregate' then s.points else 1 end as value
    from {{ ref('int_index_score') }} as s
    inner join node as n on s.framework = n.framework and s.node_code = n.node_code
    where s.score is not null
),

side as (
    select framework, a_unit as unit_code, a_period as period from pair
    union
    select framework, b_unit as unit_code, b_period as period from pair
),

counted as (
    select x.*, true as is_there
    from side as s
    inner join node as n on s.framework = n.framework and n.parent_code is null
    inner join score as x
        on
            s.framework = x.framework and s.unit_code = x.unit_code and s.period = x.period
            and n.node_code = x.node_code
    union all
    select
        u.framework, u.unit_code, u.period, c.node_code,
        case when u.is_there then coalesce(x.value, u.value) else u.value end as value,
        u.is_there and x.value is not null as is_there
    from counted as u
    inner join node as c on u.framework = c.framework and u.node_code = c.parent_code
    left join score as x
        on
            u.framework = x.framework and u.unit_code = x.unit_code and u.period = x.period
            and c.node_code = x.node_code
),

-- A node that neither has explains nothing.
compared as (
    select
        p.pair_id, n.*, a.value as a, b.value as b, a.is_there as a_there, b.is_there as b_there,
        n.weight / sum(n.weight) over (partition by p.pair_id, n.parent_code) as share
    from pair as p
    inner join counted as a on p.framework = a.framework and p.a_unit = a.unit_code and p.a_period = a.period
    inner join counted as b
        on p.framework = b.framework and p.b_unit = b.unit_code and p.b_period = b.period and a.node_code = b.node_code
    inner join node as n on p.framework = n.framework and a.node_code = n.node_code
    where a.is_there or b.is_there
),

below as (
    select c.framework, c.parent_code, c.node_code, c.node_code as code
    from node as c
    inner join node as p on c.framework = p.framework and c.parent_code = p.node_code
    where p.power is null
    union all
    select u.framework, u.parent_code, u.node_code, c.node_code as code
    from below as u
    inner join node as c on u.framework = c.framework and u.code = c.parent_code
),

attribution as (
    select u.framework, x.unit_code, x.period, u.parent_code, u.node_code, sum(x.contribution / s.points) as points
    from below as u
    inner join scale as s on u.framework = s.framework
    inner join {{ ref('int_index_contribution') }} as x
        on u.framework = x.framework and u.parent_code = x.node_code and u.code = x.code
    group by all
),

-- A small difference may decide many duels, and indicators would stand against each other in huge contributions:
-- a child passes down no more a point than its attributions rise from the lowest to the highest of all units.
reach as (
    select
        t.framework, t.parent_code, t.node_code,
        (max(t.points) - min(t.points)) / nullif(max(x.value) - min(x.value), 0) as steepest
    from attribution as t
    inner join score as x
        on
            t.framework = x.framework and t.unit_code = x.unit_code and t.period = x.period
            and t.node_code = x.node_code
    group by all
),

child as (
    select
        c.*, p.power as mean_power, p.a as mean_a, p.b as mean_b,
        p.power is null as is_copeland,
        {{ index_secant('c.a', 'c.b', 'p.power') }} as secant,
        {{ index_secant('p.a', 'p.b', 'p.power') }} as mean_secant,
        p.power <= 0 and c.a_there and c.a = 0 as a_is_zero,
        p.power <= 0 and c.b_there and c.b = 0 as b_is_zero,
        case when p.a_there then coalesce(x.points, 0) else c.share * p.a end
        - case when p.b_there then coalesce(y.points, 0) else c.share * p.b end as points,
        r.steepest
    from compared as c
    inner join pair as k on c.pair_id = k.pair_id
    inner join compared as p on c.pair_id = p.pair_id and c.parent_code = p.node_code
    left join attribution as x
        on
            k.framework = x.framework and k.a_unit = x.unit_code and k.a_period = x.period
            and c.parent_code = x.parent_code and c.node_code = x.node_code
    left join attribution as y
        on
            k.framework = y.framework and k.b_unit = y.unit_code and k.b_period = y.period
            and c.parent_code = y.parent_code and c.node_code = y.node_code
    left join reach as r
        on c.framework = r.framework and c.parent_code = r.parent_code and c.node_code = r.node_code
),

family as (
    select
        *,
        coalesce(sum(share) filter (where a_is_zero) over siblings, 0) as a_zeros,
        coalesce(sum(share) filter (where b_is_zero) over siblings, 0) as b_zeros,
        bool_and(secant is not null and mean_secant is not null) over siblings as has_secants
    from child
    window siblings as (partition by pair_id, parent_code)
),

-- slope: how much of the difference of the child goes to the parent; moved: what goes besides, by weight.
passing as materialized (
    select
        *,
        case
            when is_copeland and a_there and b_there and a <> b
                then sign(points / (a - b)) * least(abs(points / (a - b)), steepest)
            when is_copeland or (a_zeros > 0 and b_zeros > 0) then 0
            when a_is_zero and a <> b then (mean_a - mean_b) * share / a_zeros / (a - b)
            when b_is_zero and a <> b then (mean_a - mean_b) * share / b_zeros / (a - b)
            when a_zeros = 0 and b_zeros = 0 and has_secants and secant <> 0 then share * secant / mean_secant
            else 0
        end as slope,
        case
            when is_copeland then points - case when slope <> 0 then slope * (a - b) else 0 end
            when a_zeros > 0 or b_zeros > 0 or has_secants then 0
            else share * (mean_a - mean_b)
        end as moved
    from family
),

passed as (
    select
        c.pair_id, c.node_code, c.kind, c.a, c.b, c.a_there, c.b_there, s.points::double as slope, 0::double as moved
    from compared as c
    inner join scale as s on c.framework = s.framework
    where c.parent_code is null
    union all
    select
        c.pair_id, c.node_code, c.kind, c.a, c.b, c.a_there, c.b_there,
        u.slope * c.slope as slope,
        u.moved * c.share + u.slope * c.moved as moved
    from passed as u
    inner join passing as c on u.pair_id = c.pair_id and u.node_code = c.parent_code
)

select
    p.* exclude (pair_id),
    s.points * (r.a - r.b) as gap,
    i.node_code as code,
    case when i.a_there then i.a end as a_value,
    case when i.b_there then i.b end as b_value,
    i.slope * (i.a - i.b) + i.moved as contribution
from passed as i
inner join pair as p on i.pair_id = p.pair_id
inner join compared as r on i.pair_id = r.pair_id and r.parent_code is null
inner join scale as s on r.framework = s.framework
where i.kind = 'indicator'
{% endmacro %}

{#- (f(a) - f(b)) / (a - b) of a mean of power `power`; for neighbours the slope between them, which rounding does
    not spoil. Null where f is not defined. -#}
{% macro index_secant(a, b, power) -%}
    case
        when {{ power }} = 1 then 1
        when least({{ a }}, {{ b }}) < 0 or ({{ power }} <= 0 and least({{ a }}, {{ b }}) = 0) then null
        when greatest({{ a }}, {{ b }}) = 0 then 0
        when abs({{ a }} - {{ b }}) <= 1e-5 * greatest({{ a }}, {{ b }})
            then case when {{ power }} = 0 then 1 else {{ power }} end * pow(({{ a }} + {{ b }}) / 2, {{ power }} - 1)
        when {{ power }} = 0 then ln(case when {{ a }} > 0 and {{ b }} > 0 then {{ a }} / {{ b }} end) / ({{ a }} - {{ b }})
        else (pow({{ a }}, {{ power }}) - pow({{ b }}, {{ power }})) / ({{ a }} - {{ b }})
    end
{%- endmacro %}

{#- Which units of the same framework to compare: each ranked unit with the next better one and with the best of its
    period, each unit with itself in the period before. Ties are no gap; of equals the first by code stands for all.
    ranks: framework, unit_code, period, rank (null: not ranked) of every unit with a score. -#}
{% macro index_pair(ranks) %}
with rung as (
    select framework, period, rank, min(unit_code) as unit_code
    from {{ ranks }}
    where rank is not null
    group by all
),

better as (
    select
        *,
        lag(unit_code) over ladder as next_unit,
        first_value(unit_code) over ladder as best_unit
    from rung
    window ladder as (partition by framework, period order by rank)
)

select r.framework, t.relation, r.unit_code as a_unit, r.period as a_period, t.unit_code as b_unit, r.period as b_period
from {{ ranks }} as r
inner join better as b on r.framework = b.framework and r.period = b.period and r.rank = b.rank
cross join lateral (values ('to_next', b.next_unit), ('to_best', b.best_unit)) as t (relation, unit_code)
where b.next_unit is not null
union all
select
    framework, 'to_previous_period' as relation, unit_code as a_unit, period as a_period, unit_code as b_unit,
    lag(period) over (partition by framework, unit_code order by period) as b_period
from {{ ranks }}
qualify b_period is not null
{% endmacro %}

{#- The units with a score of the root, and their ranks. -#}
{% macro index_standing() %}
select s.framework, s.unit_code, s.period, s.rank
from {{ ref('int_index_score') }} as s
inner join {{ ref('framework_node') }} as n on s.framework = n.framework and s.node_code = n.node_code
where n.kind = 'aggregate' and n.parent_code is null and s.score is not null
{% endmacro %}
