{#- What each unit is good and bad at: how far its indicators lie above or below the mean of the ranked units of the
    period, in points of the index (effective weight x difference x scale of a rebased framework). Where everything
    is an arithmetic mean and nothing is missing, the points add up to the distance from the mean score. The `most`
    largest of each sign are strengths and weaknesses; every other row stays, with no flag.
    ranks: framework, unit_code, period, rank (null: not ranked) of every unit with a score. -#}
{% macro index_profile(ranks, most) %}
with root as (
    select s.framework, s.unit_code, s.period, s.node_code, r.rank, s.points
    from {{ ranks }} as r
    inner join {{ ref('int_index_score') }} as s
        on r.framework = s.framework and r.unit_code = s.unit_code and r.period = s.period
    inner join {{ ref('framework_node') }} as n on s.framework = n.framework and s.node_code = n.node_code
    where n.kind = 'aggregate' and n.parent_code is null
),

placed as (
    select
        z.framework, z.unit_code, z.period, z.code, z.normalised,
        avg(z.normalised) filter (where r.rank is not null) over (partition by z.framework, z.period, z.code) as mean,
        c.weight,
        c.weight * r.points * (z.normalised - mean) as points
    from {{ ref('int_index_normalised') }} as z
    inner join root as r on z.framework = r.framework and z.unit_code = r.unit_code and z.period = r.period
    left join {{ ref('int_index_contribution') }} as c
        on
            r.framework = c.framework and r.unit_code = c.unit_code and r.period = c.period
            and r.node_code = c.node_code and z.code = c.code
)

select
    framework,
    unit_code,
    period,
    code,
    normalised,
    mean,
    weight,
    points,
    row_number() over (partition by framework, unit_code, period order by points desc nulls last, code)::integer as standing,
    case
        when row_number() over (partition by framework, unit_code, period, sign(points) order by abs(points) desc, code)
            > {{ most }} then null
        when points > 0 then 'strength'
        when points < 0 then 'weakness'
    end as flag
from placed
{% endmacro %}
