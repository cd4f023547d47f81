-- Observed links are those that somebody printed or that events make up; modelled ones say by which model. An end may be an
-- area: a printed total between areas is a sum over links, and what a fit makes of it names the cells of its sums.
select
    l.measure,
    l.counting,
    l.from_place_code,
    l.to_place_code,
    l.period,
    l.period_end,
    l.year,
    l.value,
    l.value_low,
    l.value_high,
    l.unit,
    l.value_kind,
    l.method,
    l.links,
    l.document_id,
    l.cell_address
from {{ ref('int_link_observed') }} as l
union all
select
    g.measure,
    'full',
    g.from_place_code,
    g.to_place_code,
    g.year::varchar,
    make_date(g.year, 12, 31),
    g.year,
    g.value,
    g.value_low,
    g.value_high,
    g.unit,
    'modelled',
    'gravity',
    null,
    null,
    null
from {{ ref('int_link_gravity') }} as g
union all
select
    f.measure,
    'full',
    f.from_place_code,
    f.to_place_code,
    f.period,
    s.period_end,
    f.year,
    {{ significant('f.value') }},
    f.value_low,
    f.value_high,
    m.unit,
    'modelled',
    'ipf',
    null,
    s.document_id,
    s.cell_address
from {{ ref('int_link_fitted') }} as f
inner join {{ ref('link_measure') }} as m on f.measure = m.measure
inner join (
    select
        measure, period, any_value(period_end) as period_end, min(document_id) as document_id,
        string_agg(cell_address, ' ; ' order by cell_address) as cell_address
    from {{ ref('int_link_observed') }}
    where method = 'printed'
    group by measure, period
) as s
    on f.measure = s.measure and f.period = s.period
-- Sums that contradict each other are met by no table.
where f.has_converged
order by measure, value_kind, counting, period, from_place_code, to_place_code, cell_address
