-- Sums of the printed totals between areas, and of the cells that a fit splits them into.
with area as (
    select area_code, place_code from {{ ref('place_member') }} where left_by is null
    union all
    select p.place_code as area_code, p.place_code
    from {{ ref('place') }} as p
    anti join {{ ref('place_member') }} as m on p.place_code = m.area_code
),

margin as (
    select distinct
        p.measure, p.period, p.cell_address, p.value,
        f.from_place_code, f.to_place_code, f.value as fitted
    from {{ ref('fct_link') }} as p
    inner join {{ ref('link_measure') }} as m on p.measure = m.measure
    inner join area as a on p.from_place_code = a.area_code
    inner join area as b on p.to_place_code = b.area_code
    inner join {{ ref('fct_link') }} as f
        on
            p.measure = f.measure and p.period = f.period and f.method = 'ipf'
            and (
                (a.place_code = f.from_place_code and b.place_code = f.to_place_code)
                or (not m.is_directed and b.place_code = f.from_place_code and a.place_code = f.to_place_code)
            )
    where p.method = 'printed'
),

-- All that was found of a link up to a year.
so_far as (
    select
        measure, value_kind, method, counting, from_place_code, to_place_code, year,
        sum(sum(value)) over (
            partition by measure, value_kind, method, counting, from_place_code, to_place_code order by year
        ) as value
    from {{ ref('fct_link') }}
    group by measure, value_kind, method, counting, from_place_code, to_place_code, year
),

fault as (
    select 'a model passes for an observation, or the other way round' as fault, measure, from_place_code, to_place_code, period
    from {{ ref('fct_link') }}
    where (value_kind = 'observed') <> (method in ('printed', 'events', 'register')) or value_kind not in ('observed', 'modelled')
    union all
    -- A row of the matrix is made of links of its own kind and way, of none it is larger than all there are of them.
    select 'the matrix mixes kinds', x.measure, x.from_place_code, x.to_place_code, x.year::varchar
    from {{ ref('mart_link_matrix') }} as x
    asof left join so_far as l
        on
            x.measure = l.measure and x.value_kind = l.value_kind and x.method = l.method and x.counting = l.counting
            and x.from_place_code = l.from_place_code and x.to_place_code = l.to_place_code and x.year >= l.year
    where x.value > 1.000001 * coalesce(l.value, 0)
    union all
    select 'the network is not that of its kind', n.measure, null, null, n.year::varchar
    from {{ ref('mart_network') }} as n
    where
        abs(n.strength - (
            select sum(x.value)
            from {{ ref('mart_link_matrix') }} as x
            where x.measure = n.measure and x.year = n.year and x.value_kind = n.value_kind and x.counting = n.counting
        )) > 1e-6 * n.strength
    union all
    select 'a fit misses a printed sum', measure, null, null, period
    from margin
    group by measure, period, cell_address
    having abs(sum(fitted) - any_value(value)) > 1e-6 * any_value(value)
    union all
    select 'printed sums that no fit meets', measure, from_place_code, to_place_code, period
    from {{ ref('int_link_fitted') }}
    where not has_converged
    union all
    select 'a place is linked to itself', l.measure, l.from_place_code, l.to_place_code, l.period
    from {{ ref('fct_link') }} as l
    inner join {{ ref('place') }} as p on l.from_place_code = p.place_code
    where l.from_place_code = l.to_place_code and p.place_kind not in ('area', 'corridor')
    union all
    -- The pairs of an event count 1 together; one with a direction is one pair.
    select 'events are lost or counted twice', f.measure, null, null, f.year::varchar
    from (
        select measure, counting, year, sum(value) as counted from {{ ref('fct_link') }}
        where method = 'events' group by measure, counting, year
    ) as f
    inner join {{ ref('link_measure') }} as m
        on f.measure = m.measure and m.event_value = 'count' and (f.counting = 'full') = m.is_directed
    inner join (
        select event_kind, year, count(*) as events
        from {{ ref('stg_event') }}
        where reject_rule is null and not is_within_a_place and period_end <= {{ known_on() }}
        group by event_kind, year
    ) as e
        on m.event = e.event_kind and f.year = e.year
    where abs(f.counted - e.events) > 1e-6 * e.events
    union all
    select 'an indicator of links has another unit than they', i.measure, null, null, i.indicator_code
    from {{ ref('link_indicator') }} as i
    inner join {{ ref('link_measure') }} as m on i.measure = m.measure
    inner join {{ ref('indicator') }} as d on i.indicator_code = d.indicator_code
    where m.unit <> d.base_unit
    union all
    select 'one kind of event has amounts of two measures', any_value(measure), null, null, event
    from {{ ref('link_measure') }}
    where event_value = 'amount'
    group by event
    having count(*) > 1
)

select * from fault
