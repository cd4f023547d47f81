{{ config(severity='warn') }}
-- A disagreement of the register that no rule finds, although documents it cites print a number of either version.
with cell as (
    select s.file_path, s.value_text as text, d.url
    from {{ source('raw', 'statistic') }} as s
    inner join {{ source('raw', 'document') }} as d on s.document_id = d.document_id
    union all
    select file_path, text, url from {{ source('raw', 'register_cell') }} where register_name <> 'source_conflicts'
),

missed as (
    select m.known_topic, m.known_cell_address, m.said_a, m.said_b, string_split(d.url, ' ; ') as urls
    from {{ ref('mart_conflict') }} as m
    inner join {{ source('raw', 'document') }} as d on m.document_id_a = d.document_id
    where m.rule = 'known_only'
)

select
    m.known_topic,
    m.known_cell_address,
    m.said_a,
    m.said_b,
    list(distinct c.file_path) as printed_in
from missed as m
inner join cell as c on list_has_any(m.urls, string_split(c.url, ' ; '))
where {{ 'false' if var('as_of') else 'true' }}
group by m.known_topic, m.known_cell_address, m.said_a, m.said_b
having
    bool_or(list_has_any({{ numbers_in('m.said_a') }}, {{ numbers_in('c.text') }}))
    and bool_or(list_has_any({{ numbers_in('m.said_b') }}, {{ numbers_in('c.text') }}))
