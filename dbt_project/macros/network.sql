{#- Kilometres between two points of the globe along a great circle, by the haversine; the mean radius of the Earth is
    6371.0088 km (IUGG). -#}
{% macro great_circle_km(longitude_a, latitude_a, longitude_b, latitude_b) -%}
    2 * 6371.0088 * asin(sqrt(
        pow(sin(radians({{ latitude_b }} - {{ latitude_a }}) / 2), 2)
        + cos(radians({{ latitude_a }})) * cos(radians({{ latitude_b }})) * pow(sin(radians({{ longitude_b }} - {{ longitude_a }}) / 2), 2)
    ))
{%- endmacro %}

{#- Links by measure, year and pair of places, from a table of links. What is printed counts before events added up, and
    these before a register of links found: they tell of the same things and are never added. Of printings of a year that
    of the whole year is taken, else the latest. A stock is all that was found up to the year, a flow what falls into it.
    Ends that are areas, or the nation, are sums and no nodes; an undirected link has one row. -#}
{% macro link_matrix(links) %}
{%- set key = 'measure, year, value_kind, counting, method, from_place_code, to_place_code' -%}
-- Told again where it is read, not held: it is as long as the links.
with found as not materialized (
    select l.* exclude (year), s.year
    from {{ links }} as l
    inner join (
        -- The years that a link found in one year counts in; a small table, so that links meet no more years than that.
        select f.measure, f.year as found_in, c.year
        from (select distinct measure, year from {{ links }} where method in ('register', 'events')) as f
        inner join {{ ref('link_measure') }} as k on f.measure = k.measure
        inner join (
            select measure, unnest(generate_series(min(year), max(year)))::integer as year
            from {{ links }} where method in ('register', 'events') group by measure
        ) as c
            on f.measure = c.measure and (f.year = c.year or (k.is_stock and c.year > f.year))
    ) as s
        on l.measure = s.measure and l.year = s.found_in
    where l.method in ('register', 'events')
),

-- Cells of links that have several. A list is held in memory whole, so none is made of the millions that have one.
cell as (
    select {{ key }}, nullif(array_to_string(list_sort(list_distinct(list(cell_address))), ' ; '), '') as cells
    from found
    semi join (select {{ key }} from found group by {{ key }} having count(*) > 1) as s using ({{ key }})
    group by {{ key }}
)

select
    y.measure, y.year, y.value_kind, y.counting, y.method, m.is_directed, y.from_place_code, y.to_place_code,
    {{ significant('y.value') }} as value,
    {{ significant('y.value_low') }} as value_low,
    {{ significant('y.value_high') }} as value_high,
    y.links, m.unit, y.document_id, y.cell_address
from (
    select
        measure, year, value_kind, counting, method, from_place_code, to_place_code, value, value_low, value_high, links,
        document_id, cell_address
    from {{ links }}
    where method not in ('register', 'events')
    qualify row_number() over (
        partition by measure, year, value_kind, counting, from_place_code, to_place_code
        order by length(period) = 4 desc, period_end desc, cell_address
    ) = 1
    union all
    select
        a.* exclude (first_cell),
        coalesce(c.cells, a.first_cell)
    from (
        select
            {{ key }},
            sum(value), sum(value_low), case when count(value_high) = count(*) then sum(value_high) end,
            sum(links)::integer, min(document_id), min(cell_address) as first_cell
        from found
        group by {{ key }}
    ) as a
    left join cell as c using ({{ key }})
) as y
inner join {{ ref('link_measure') }} as m on y.measure = m.measure
inner join {{ ref('place') }} as a on y.from_place_code = a.place_code
inner join {{ ref('place') }} as b on y.to_place_code = b.place_code
where
    y.from_place_code <> y.to_place_code
    and y.value > 0
    and a.place_kind not in ('area', 'corridor', 'nation', 'world')
    and b.place_kind not in ('area', 'corridor', 'nation', 'world')
qualify row_number() over (
    partition by y.measure, y.year, y.value_kind, y.counting, y.from_place_code, y.to_place_code
    order by case y.method when 'printed' then 1 when 'events' then 2 else 3 end
) = 1
{% endmacro %}
