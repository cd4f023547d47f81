-- The industry map of satellite internet: each segment and sub-segment by place, with who is known there. A gap is where
-- the register names neither an enterprise nor a base, which is not that none is there; a single point is the one
-- enterprise of a part of the chain in all of the corridor.
with class as (
    select class_code, parent_code, pattern, name_zh, name_en, sort_no
    from {{ ref('register_class') }}
    where register_name = 'satellite_enterprises'
),

entry as (
    {{ accepted_entries(['satellite_enterprises']) }}
),

classed as (
    select
        e.*,
        coalesce(e.date_to, e.date_from) as said_on,
        coalesce(e.attributes['kind'], 'enterprise') as kind,
        coalesce(c.parent_code, c.class_code, 'unstated') as segment_code,
        coalesce(s.class_code, 'other') as sub_segment_code
    from entry as e
    left join class as c on e.class_code = c.class_code
    left join class as s
        on coalesce(c.parent_code, c.class_code) = s.parent_code and regexp_full_match(e.subclass, s.pattern)
    qualify row_number() over (partition by e.cell_address order by s.sort_no) = 1
),

-- Only the segments that the vocabulary divides make the chain; of the others there is a row where something is known.
segment as (
    select
        class_code as segment_code,
        name_zh,
        name_en,
        sort_no,
        class_code in (select p.parent_code from class as p) as is_in_chain
    from class
    where parent_code is null
),

part as (
    select segment_code, 'all' as sub_segment_code, '各环节' as name_zh, 'All sub-segments' as name_en, 0 as sort_no from segment
    union all
    select parent_code, class_code, name_zh, name_en, sort_no from class where parent_code is not null
    union all
    select distinct c.segment_code, 'other', '未归类', 'Not classified', 1000
    from classed as c
    inner join segment as s on c.segment_code = s.segment_code and s.is_in_chain
    where c.sub_segment_code = 'other'
),

-- Each entry under its sub-segment and under the whole segment, and in every place that holds its own.
placed as (
    select
        c.* exclude (sub_segment_code),
        unnest(['all', c.sub_segment_code]) as sub_segment_code,
        w.within_code
    from classed as c
    inner join ({{ places_within() }}) as w on c.place_code = w.place_code
),

-- An enterprise of a cell, over everything said of it: its state is the latest that a source tells in known words.
named as (
    select
        segment_code,
        sub_segment_code,
        within_code as place_code,
        entry as enterprise,
        min(kind) as kind,
        bool_or(kind in ('enterprise', 'institute', 'fund')) as is_actor,
        coalesce(
            last(status_code order by said_on nulls first, cell_address) filter (where status_name_zh is not null),
            max(status_code)
        ) as status_code,
        min(date_from) as known_from,
        min(date_to) as known_by,
        list_sort(list(distinct year(date_to)::integer) filter (where date_to is not null)) as years,
        list_sort(list(distinct attributes['project']) filter (where attributes['project'] is not null)) as projects,
        count(*) as entries,
        list_sort(list(distinct source_url)) as source_urls,
        list_sort(list(cell_address)) as cell_addresses
    from placed
    group by segment_code, sub_segment_code, within_code, entry
),

cell as (
    select
        segment_code,
        sub_segment_code,
        place_code,
        count(*) filter (where is_actor) as enterprises,
        count(*) filter (where is_actor and status_code = 'operating') as operating,
        count(*) filter (where is_actor and status_code = 'building') as building,
        count(*) filter (where is_actor and status_code = 'planned') as planned,
        count(*) filter (where kind = 'base') as bases,
        count(*) filter (where not is_actor and kind <> 'base') as others,
        min(known_from) as first_known_from,
        min(known_by) as first_known_by,
        sum(entries) as evidence_rows,
        len(list_distinct(flatten(list(source_urls)))) as sources,
        list(enterprise order by is_actor desc, known_by nulls last, enterprise) as entity_names,
        list(
            struct_pack(
                enterprise := enterprise, kind := kind, status_code := status_code, known_from := known_from,
                known_by := known_by, years := years, projects := projects, cell_addresses := cell_addresses
            )
            order by is_actor desc, known_by nulls last, enterprise
        ) as entities
    from named
    group by segment_code, sub_segment_code, place_code
),

-- The nine, the corridor, the delta's three provinces and Shanghai; any other place where it lies in none of them.
columns_of_map as (
    select place_code from {{ ref('place_member') }} where area_code in ('G60', 'YRD')
    union
    select 'G60'
),

grid_place as (
    select place_code from columns_of_map
    union
    select place_code
    from placed
    group by place_code
    having not bool_or(within_code in (select m.place_code from columns_of_map as m))
),

corridor as (
    select segment_code, sub_segment_code, enterprises, case when enterprises = 1 then entity_names[1] end as only_one
    from cell
    where place_code = 'G60'
)

select
    s.segment_code,
    s.name_zh as segment_name_zh,
    s.name_en as segment_name_en,
    p.sub_segment_code,
    p.name_zh as sub_segment_name_zh,
    p.name_en as sub_segment_name_en,
    s.is_in_chain,
    (s.sort_no * 1000 + p.sort_no)::integer as sort_no,
    g.place_code,
    l.name_zh as place_name_zh,
    l.name_en as place_name_en,
    l.is_member,
    coalesce(c.enterprises, 0)::integer as enterprises,
    coalesce(c.operating, 0)::integer as enterprises_operating,
    coalesce(c.building, 0)::integer as enterprises_building,
    coalesce(c.planned, 0)::integer as enterprises_planned,
    coalesce(c.bases, 0)::integer as bases,
    coalesce(c.others, 0)::integer as others_named,
    case
        when s.is_in_chain and p.sub_segment_code <> 'other' then coalesce(c.enterprises + c.bases, 0) = 0
    end as is_gap,
    case
        when s.is_in_chain and p.sub_segment_code <> 'other' then coalesce(list_contains(c.entity_names, k.only_one), false)
    end as is_single_point,
    coalesce(k.enterprises, 0)::integer as enterprises_in_corridor,
    c.first_known_from,
    c.first_known_by,
    coalesce(c.evidence_rows, 0)::integer as evidence_rows,
    coalesce(c.sources, 0)::integer as sources,
    c.entity_names,
    c.entities
from segment as s
inner join part as p on s.segment_code = p.segment_code
cross join grid_place as g
inner join {{ ref('place') }} as l on g.place_code = l.place_code
left join cell as c
    on s.segment_code = c.segment_code and p.sub_segment_code = c.sub_segment_code and g.place_code = c.place_code
left join corridor as k on s.segment_code = k.segment_code and p.sub_segment_code = k.sub_segment_code
where s.is_in_chain or c.entity_names is not null
order by sort_no, l.is_member desc, g.place_code
