-- A tie is external where its ends lie in different groups: E-I = (external - internal) / (external + internal), from -1,
-- all within groups, to 1, all across (Krackhardt and Stern 1988). The group of a district is its municipality.
with recursive province as (
    select p.place_code as node_code, p.place_code as upper_code, p.parent_code, p.place_kind from {{ ref('place') }} as p
    union all
    select c.node_code, p.place_code, p.parent_code, p.place_kind
    from province as c
    inner join {{ ref('place') }} as p on c.parent_code = p.place_code
    where c.place_kind not in ('province', 'municipality', 'nation', 'world')
),

place as (
    select p.place_code, p.is_member, v.upper_code as province_code
    from {{ ref('place') }} as p
    left join province as v on p.place_code = v.node_code and v.place_kind in ('province', 'municipality')
),

link as (
    select
        l.*,
        coalesce(a.province_code <> b.province_code, true) as crosses_provinces,
        (a.is_member <> b.is_member) as crosses_the_corridor,
        a.is_member and b.is_member as is_inside_corridor,
        a.is_member or b.is_member as touches_corridor,
        r.value is not null as is_returned
    from {{ ref('mart_link_matrix') }} as l
    inner join place as a on l.from_place_code = a.place_code
    inner join place as b on l.to_place_code = b.place_code
    left join {{ ref('mart_link_matrix') }} as r
        on
            l.measure = r.measure and l.year = r.year and l.value_kind = r.value_kind and l.counting = r.counting
            and l.from_place_code = r.to_place_code and l.to_place_code = r.from_place_code
),

tie as (
    select
        measure, year, value_kind, counting, is_directed, unit,
        -- Cells that no printed sum covers are unknown and not empty, and a fit returns every link its seed returns.
        bool_or(method = 'ipf') as is_fitted,
        count(*)::double as edges,
        sum(value) as strength,
        count(*) filter (where is_returned) as returned,
        count(*) filter (where crosses_provinces) as across_provinces,
        count(*) filter (where crosses_the_corridor) as across_corridor,
        coalesce(sum(value) filter (where is_inside_corridor), 0) as corridor_strength,
        sum(value) filter (where touches_corridor) as touching_strength
    from link
    group by all
),

node as (
    select
        measure, year, value_kind, counting,
        count(*) as places,
        max(community) as communities,
        any_value(modularity) as modularity
    from {{ ref('int_network_measure') }}
    group by all
),

-- Totals of the delta as printed: what the share of the corridor is taken of, of observed links only.
delta as (
    select measure, year, value as delta_total
    from {{ ref('fct_link') }}
    where value_kind = 'observed' and method = 'printed' and from_place_code = 'YRD' and to_place_code = 'YRD'
    qualify row_number() over (partition by measure, year order by length(period) = 4 desc, period_end desc, cell_address) = 1
)

select
    t.measure,
    m.name_zh as measure_name_zh,
    m.name_en as measure_name_en,
    t.year,
    t.value_kind,
    t.counting,
    t.is_directed,
    n.places::integer as places,
    t.edges::integer as edges,
    case
        when not t.is_fitted then round(t.edges * case when t.is_directed then 1 else 2 end / (n.places * (n.places - 1)), 12)
    end as density,
    {{ significant('t.strength') }} as strength,
    t.unit,
    case when t.is_directed and not t.is_fitted then round(t.returned / t.edges, 12) end as reciprocity,
    round((2 * t.across_provinces - t.edges) / t.edges, 12) as ei_province,
    round((2 * t.across_corridor - t.edges) / t.edges, 12) as ei_corridor,
    {{ significant('t.corridor_strength') }} as corridor_strength,
    round(t.corridor_strength / nullif(t.touching_strength, 0), 12) as corridor_share,
    d.delta_total,
    round(t.corridor_strength / d.delta_total, 12) as delta_share,
    n.communities::integer as communities,
    n.modularity
from tie as t
inner join node as n
    on t.measure = n.measure and t.year = n.year and t.value_kind = n.value_kind and t.counting = n.counting
inner join {{ ref('link_measure') }} as m on t.measure = m.measure
left join delta as d
    on t.measure = d.measure and t.year = d.year and t.value_kind = 'observed' and t.counting = 'full'
order by t.measure, t.value_kind, t.counting, t.year
