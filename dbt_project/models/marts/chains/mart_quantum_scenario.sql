-- Application scenarios of quantum communication by batch, user, sector and place, each beside the links and metro networks
-- in operation in its city. A scenario of several sectors counts in each; what the source does not say stays unknown.
with entry as (
    {{ accepted_entries(['quantum_scenarios']) }}
),

mark as (
    select mark from {{ ref('missing_mark') }}
),

sector as (
    select
        p.cell_address,
        list_sort(list(distinct coalesce(c.class_code, 'other'))) as sector_codes,
        bool_or('industry' in (coalesce(c.class_code, ''), coalesce(c.parent_code, ''))) as is_industry
    from (
        select cell_address, trim(unnest(regexp_split_to_array({{ without_brackets('field') }}, '[/、,]'))) as piece
        from entry
        where {{ without_brackets('field') }} not in (select m.mark from mark as m)
    ) as p
    left join {{ ref('register_class') }} as c
        on c.register_name = 'quantum_scenarios' and regexp_full_match(p.piece, c.pattern)
    group by p.cell_address
),

network as (
    select
        city_code,
        count(*) filter (where element = 'link') as links,
        count(*) filter (where element = 'backbone') as backbone_links,
        count(distinct coalesce(network, cell_address)) filter (where element = 'metro') as metro_networks
    from (
        select unnest(city_codes) as city_code, element, network, cell_address, status_code
        from {{ ref('mart_quantum_network') }}
    )
    where status_code = 'operating'
    group by city_code
)

select
    e.entry as scenario,
    e.batch,
    e.place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    p.place_kind,
    coalesce(p.is_member, false) as is_member,
    c.city_code,
    case
        when lower({{ without_brackets("e.attributes['user']") }}) not in (select m.mark from mark as m) then e.attributes['user']
    end as scenario_user,
    e.field as sector_as_printed,
    coalesce(s.sector_codes, []) as sector_codes,
    s.is_industry,
    e.date_from as known_from,
    e.date_to as known_by,
    case when c.city_code is not null then coalesce(n.links, 0)::integer end as operating_links,
    case when c.city_code is not null then coalesce(n.backbone_links, 0)::integer end as operating_backbone_links,
    case when c.city_code is not null then coalesce(n.metro_networks, 0)::integer end as operating_metro_networks,
    e.evidence as remark,
    e.source_url,
    e.document_id,
    e.cell_address
from entry as e
left join {{ ref('place') }} as p on e.place_code = p.place_code
left join ({{ cities_of_places() }}) as c on e.place_code = c.place_code
left join network as n on c.city_code = n.city_code
left join sector as s on e.cell_address = s.cell_address
order by e.place_code nulls last, e.date_to nulls last, e.cell_address
