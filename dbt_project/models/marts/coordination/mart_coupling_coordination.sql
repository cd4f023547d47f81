-- C = 2 sqrt(U1 U2) / (U1 + U2), T = (U1 + U2) / 2, D = sqrt(C T).
-- Twelve decimals, here and in the marts beside: what lies beyond is the order in which a machine adds.
with indicator_position as (
    {{ subsystem_positions() }}
),

subsystem as (
    select
        framework, place_code, year, subsystem_code,
        avg(position) as u,
        avg(position_low) as u_low,
        avg(position_high) as u_high,
        avg(known_share) as availability,
        count(*) as indicators
    from indicator_position
    group by all
),

paired as (
    select
        i.framework,
        i.place_code,
        i.year,
        i.u as innovation,
        i.u_low as innovation_low,
        i.u_high as innovation_high,
        i.availability as innovation_availability,
        i.indicators as innovation_indicators,
        e.u as economy,
        e.u_low as economy_low,
        e.u_high as economy_high,
        e.availability as economy_availability,
        e.indicators as economy_indicators
    from subsystem as i
    inner join subsystem as e on i.framework = e.framework and i.place_code = e.place_code and i.year = e.year
    where i.subsystem_code = 'innovation' and e.subsystem_code = 'economy'
),

-- C depends on the ratio of the two alone and is 1 where they are equal: it has its least value at an end of the
-- ratio, its greatest at an end too or where the intervals meet.
coupled as (
    select
        *,
        {{ coupling_degree('innovation', 'economy') }} as coupling,
        least(
            {{ coupling_degree('innovation_low', 'economy_high') }}, {{ coupling_degree('innovation_high', 'economy_low') }}
        ) as coupling_low,
        case
            when innovation_low <= economy_high and economy_low <= innovation_high then 1
            else greatest(
                {{ coupling_degree('innovation_low', 'economy_high') }},
                {{ coupling_degree('innovation_high', 'economy_low') }}
            )
        end as coupling_high,
        (innovation + economy) / 2 as development,
        (innovation_availability + economy_availability) / 2 as availability
    from paired
),

-- With equal weights D is the fourth root of the product of the two, so that it rises with either.
coordinated as (
    select
        *,
        sqrt(coalesce(coupling, 0) * development) as coordination,
        sqrt(sqrt(innovation_low * economy_low)) as coordination_low,
        sqrt(sqrt(innovation_high * economy_high)) as coordination_high
    from coupled
),

graded as (
    select
        c.*,
        (select max(g.grade) from {{ ref('coordination_grade') }} as g where g.coordination_from <= c.coordination) as grade,
        (
            select max(g.grade) from {{ ref('coordination_grade') }} as g where g.coordination_from <= c.coordination_low
        ) as grade_low,
        (
            select max(g.grade) from {{ ref('coordination_grade') }} as g where g.coordination_from <= c.coordination_high
        ) as grade_high
    from coordinated as c
)

select
    c.framework,
    c.place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    c.year,
    round(c.innovation, 12) as innovation,
    round(c.innovation_low, 12) as innovation_low,
    round(c.innovation_high, 12) as innovation_high,
    round(c.economy, 12) as economy,
    round(c.economy_low, 12) as economy_low,
    round(c.economy_high, 12) as economy_high,
    round(c.coupling, 12) as coupling,
    round(c.coupling_low, 12) as coupling_low,
    round(c.coupling_high, 12) as coupling_high,
    round(c.development, 12) as development,
    round(c.coordination, 12) as coordination,
    round(c.coordination_low, 12) as coordination_low,
    round(c.coordination_high, 12) as coordination_high,
    c.grade,
    g.name_zh as grade_name_zh,
    g.name_en as grade_name_en,
    c.grade_low,
    c.grade_high,
    c.innovation_indicators::integer as innovation_indicators,
    c.economy_indicators::integer as economy_indicators,
    round(c.innovation_availability, 12) as innovation_availability,
    round(c.economy_availability, 12) as economy_availability,
    round(c.availability, 12) as availability,
    case when c.availability > 1 - 1e-9 then 'derived' else 'imputed' end as value_kind,
    c.availability < f.indicative_below as is_indicative
from graded as c
inner join {{ ref('place') }} as p on c.place_code = p.place_code
inner join {{ ref('framework') }} as f on c.framework = f.framework
inner join {{ ref('coordination_grade') }} as g on c.grade = g.grade
order by c.framework, c.year, c.coordination desc, c.place_code
