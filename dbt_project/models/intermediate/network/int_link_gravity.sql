-- Gravity, a model of links and no link seen: M₁ M₂ / d², yearly, d the great-circle distance between seats of government.
-- Of the nine members M = √(GDP · residents); of the three provinces and Shanghai, whose residents are not all at hand and
-- whose links of research are to be split, M = R&D expenditure.
with mass as (
    select
        'gravity' as measure,
        g.place_code,
        g.year,
        sqrt(g.value * p.value) as mass,
        sqrt(g.value_low * p.value_low) as mass_low,
        sqrt(g.value_high * p.value_high) as mass_high
    from {{ ref('int_member_series') }} as g
    inner join {{ ref('int_member_series') }} as p
        on g.place_code = p.place_code and g.year = p.year and p.indicator_code = 'pop_resident'
    where g.indicator_code = 'gdp'
    union all
    select 'gravity_rd', i.place_code, i.year, i.value, i.closed_low, i.closed_high
    from {{ ref('int_indicator') }} as i
    inner join {{ ref('place_member') }} as m on m.area_code = 'YRD' and i.place_code = m.place_code
    where i.indicator_code = 'rd_expenditure' and i.year is not null
),

placed as (
    select m.*, p.longitude::double as longitude, p.latitude::double as latitude
    from mass as m
    inner join {{ ref('place') }} as p on m.place_code = p.place_code
    where p.longitude is not null and p.latitude is not null
)

select
    a.measure,
    a.place_code as from_place_code,
    b.place_code as to_place_code,
    a.year,
    d.km as distance_km,
    {{ significant('a.mass * b.mass / pow(d.km, 2)') }} as value,
    {{ significant('a.mass_low * b.mass_low / pow(d.km, 2)') }} as value_low,
    {{ significant('a.mass_high * b.mass_high / pow(d.km, 2)') }} as value_high,
    l.unit
from placed as a
inner join placed as b on a.measure = b.measure and a.year = b.year and a.place_code < b.place_code
inner join {{ ref('link_measure') }} as l on a.measure = l.measure
cross join lateral (
    select {{ great_circle_km('a.longitude', 'a.latitude', 'b.longitude', 'b.latitude') }} as km
) as d
