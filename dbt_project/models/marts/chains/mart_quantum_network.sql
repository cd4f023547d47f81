-- Quantum links between places, metro networks within one, access to backbones, and the figures printed of networks. The
-- vendor of a line is who is named with it; the vendor at an end is known only where a source says so, else unknown.
with entry as (
    {{ accepted_entries(['quantum_links', 'quantum_qkd']) }}
),

place as (
    select
        place_code,
        name_zh,
        name_en,
        is_member,
        place_kind not in ('area', 'corridor', 'nation', 'world') as is_within_province
    from {{ ref('place') }}
),

end_city as (
    select
        e.cell_address,
        list_sort(list(distinct c.city_code)) as city_codes,
        bool_or(p.is_member) as touches_corridor
    from (select cell_address, unnest(list_concat(place_codes, coalesce(to_place_codes, []))) as place_code from entry) as e
    inner join ({{ cities_of_places() }}) as c on e.place_code = c.place_code
    inner join place as p on c.city_code = p.place_code
    group by e.cell_address
),

ended as (
    select
        e.*,
        -- The first two digits of a place are its province, also where that is no place of ours.
        case when f.is_within_province then left(e.place_code, 2) || '0000' end as from_province,
        case when t.is_within_province then left(e.to_place_code, 2) || '0000' end as to_province,
        f.name_zh as from_name_zh,
        f.name_en as from_name_en,
        t.name_zh as to_name_zh,
        t.name_en as to_name_en,
        c.name_zh as class_name_zh,
        c.name_en as class_name_en,
        case
            when e.register_name = 'quantum_qkd' then 'figure'
            when coalesce(c.parent_code, c.class_code) = 'trunk' then 'link'
            else coalesce(c.parent_code, c.class_code)
        end as element
    from entry as e
    left join place as f on e.place_code = f.place_code
    left join place as t on e.to_place_code = t.place_code
    left join {{ ref('register_class') }} as c on c.register_name = 'quantum_links' and e.class_code = c.class_code
)

select
    e.element,
    e.class_code,
    e.class_name_zh,
    e.class_name_en,
    coalesce(e.class_code = 'trunk_section', false) as is_section,
    case when e.element = 'figure' then e.entry else nullif(e.attributes['network'], '') end as network,
    e.place_code as from_place_code,
    e.from_name_zh as from_place_name_zh,
    e.from_name_en as from_place_name_en,
    e.place_detail as from_place_detail,
    e.to_place_code,
    e.to_name_zh as to_place_name_zh,
    e.to_name_en as to_place_name_en,
    e.to_detail as to_place_detail,
    e.place_codes,
    coalesce(c.city_codes, []) as city_codes,
    coalesce(c.touches_corridor, false) as touches_corridor,
    case
        when e.element = 'link' and e.from_province <> e.to_province
            then array_to_string(list_sort([e.from_province, e.to_province]), ' ')
    end as province_pair,
    case e.element
        when 'link' then e.from_province <> e.to_province
        when 'metro' then false
    end as is_cross_province,
    nullif(e.attributes['vendor'], '') as vendor,
    nullif(e.attributes['from_vendor'], '') as from_vendor,
    nullif(e.attributes['to_vendor'], '') as to_vendor,
    nullif(e.attributes['joins'], '') as joins,
    case when e.element <> 'figure' then e.status_code end as status_code,
    e.status_name_zh,
    e.status_name_en,
    e.date_from as starts_from,
    e.date_to as starts_by,
    case when e.element = 'figure' then e.metric when e.value is not null then 'length' end as metric,
    e.value,
    e.value_low,
    e.value_high,
    case when e.element = 'figure' then e.unit when e.value is not null then 'km' end as unit,
    e.qualifier,
    e.value_as_printed,
    e.evidence as remark,
    e.source_url,
    e.document_id,
    e.cell_address
from ended as e
left join end_city as c on e.cell_address = c.cell_address
order by list_position(['link', 'metro', 'backbone', 'figure'], e.element), e.date_from nulls last, e.cell_address
