-- θ (Π |u_j(t) - u_j(0)|)^(1/k), θ the sign of the smallest change that is not zero.
with indicator_position as (
    {{ subsystem_positions() }}
),

step as (
    select y.framework, y.year, 'base_year' as basis, f.base_year as reference_year
    from (select distinct framework, year from indicator_position) as y
    inner join {{ ref('framework') }} as f on y.framework = f.framework and y.year > f.base_year
    union all
    select distinct framework, year, 'previous_year', year - 1
    from indicator_position
),

-- Only indicators of both years: a subsystem does not move because an indicator joined it. Of an indicator
-- known in part then and in part now, at least the overlap of the two parts is known in both.
moved as (
    select
        s.framework,
        s.basis,
        s.year,
        s.reference_year,
        n.place_code,
        n.subsystem_code,
        avg(b.position) as order_before,
        avg(n.position) as order_now,
        avg(n.position - b.position) as change,
        avg(n.position_low - b.position_high) as change_low,
        avg(n.position_high - b.position_low) as change_high,
        avg(greatest(n.known_share + b.known_share - 1, 0)) as availability
    from step as s
    inner join indicator_position as n on s.framework = n.framework and s.year = n.year
    inner join indicator_position as b
        on
            n.framework = b.framework and n.place_code = b.place_code and n.subsystem_code = b.subsystem_code
            and n.indicator_code = b.indicator_code and s.reference_year = b.year
    group by all
),

-- A place is a composite of its subsystems; the corridor also of its nine members, in each subsystem.
part as (
    select *, 'innovation_economy' as composite, subsystem_code as part_code
    from moved
    union all by name
    select
        m.* replace (f.base_place_code as place_code),
        'nine_' || m.subsystem_code as composite,
        m.place_code as part_code
    from moved as m
    inner join {{ ref('place') }} as p on m.place_code = p.place_code and p.is_member
    inner join {{ ref('framework') }} as f on m.framework = f.framework
),

composite as (
    select
        framework,
        composite,
        place_code,
        year,
        basis,
        reference_year,
        count(*) as parts,
        count(*) filter (where change > 0) as parts_rising,
        min(change) as smallest_change,
        max(change) as largest_change,
        sign(coalesce(min(change) filter (where change <> 0), 0)) * pow(product(abs(change)), 1.0 / count(*)) as synergy,
        -- Below zero needs one part that falls: the largest product with at least one fall.
        case
            when min(change_low) >= 0 then pow(product(change_low), 1.0 / count(*))
            else -pow(
                product(greatest(abs(change_low), abs(change_high)))
                * max(case when change_low < 0 then -change_low / greatest(abs(change_low), abs(change_high)) end),
                1.0 / count(*)
            )
        end as synergy_low,
        -- Above zero needs every part to rise; else zero where one may stand still; else the smallest product.
        case
            when min(change_high) > 0 then pow(product(change_high), 1.0 / count(*))
            when bool_or(change_low <= 0 and change_high >= 0) then 0
            else -pow(product(least(abs(change_low), abs(change_high))), 1.0 / count(*))
        end as synergy_high,
        avg(availability) as availability,
        list(
            struct_pack(part_code, order_before, order_now, change, change_low, change_high, availability)
            order by part_code
        ) as changes
    from part
    group by all
)

select
    c.framework,
    c.composite,
    c.place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    c.year,
    c.basis,
    c.reference_year::integer as reference_year,
    round(c.synergy, 12) as synergy,
    round(c.synergy_low, 12) as synergy_low,
    round(c.synergy_high, 12) as synergy_high,
    c.parts::integer as parts,
    c.parts_rising::integer as parts_rising,
    round(c.smallest_change, 12) as smallest_change,
    round(c.largest_change, 12) as largest_change,
    c.changes,
    round(c.availability, 12) as availability,
    case when c.availability > 1 - 1e-9 then 'derived' else 'imputed' end as value_kind,
    c.availability < f.indicative_below as is_indicative
from composite as c
inner join {{ ref('place') }} as p on c.place_code = p.place_code
inner join {{ ref('framework') }} as f on c.framework = f.framework
order by c.framework, c.composite, c.basis, c.year, c.place_code
