-- Each register with what it holds: rows taken and refused, things, places, sources, and the days it speaks of.
with entry as (
    select
        register_name,
        count(*) as entries,
        count(distinct entry_id) as things,
        count(distinct place_code) as places,
        min(valid_from) as first_day,
        max(coalesce(valid_to, valid_from)) as last_day
    from {{ ref('fct_register_entry') }}
    group by register_name
),

refused as (
    select register_name, count(*) as refused
    from {{ ref('stg_register_entry') }}
    where reject_rule is not null
    group by register_name
)

select
    c.register_name,
    coalesce(g.name_zh, o.name_zh) as name_zh,
    coalesce(g.name_en, o.name_en) as name_en,
    count(distinct c.file_path || '#' || c.row_no)::integer as rows_landed,
    case when g.register_name is not null then coalesce(any_value(e.entries), 0)::integer end as entries,
    case when g.register_name is not null then coalesce(any_value(r.refused), 0)::integer end as refused,
    any_value(e.things)::integer as things,
    any_value(e.places)::integer as places,
    count(distinct c.document_id)::integer as sources,
    any_value(e.first_day) as first_day,
    any_value(e.last_day) as last_day,
    string_agg(distinct c.file_path, ', ' order by c.file_path) as files
from {{ source('raw', 'register_cell') }} as c
left join {{ ref('register') }} as g on c.register_name = g.register_name
left join {{ ref('own_register') }} as o on c.register_name = o.register_name
left join entry as e on c.register_name = e.register_name
left join refused as r on c.register_name = r.register_name
group by c.register_name, g.register_name, g.name_zh, g.name_en, o.name_zh, o.name_en
order by c.register_name
