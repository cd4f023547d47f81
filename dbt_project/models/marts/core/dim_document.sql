with used as (
    select document_id, count(*) as figures, min(period_end) as first_period_end, max(period_end) as last_period_end
    from {{ ref('int_observation') }}
    where origin = 'observed'
    group by document_id
),

register_used as (
    select document_id, count(distinct file_path || row_no) as register_rows
    from {{ source('raw', 'register_cell') }}
    group by document_id
)

select
    d.document_id,
    d.document_kind,
    d.title,
    d.title_en,
    d.publisher,
    d.url,
    d.published_on,
    d.accessed_on,
    d.licence,
    d.note,
    d.file_path,
    d.sha256,
    coalesce(u.figures, 0)::integer as figures,
    coalesce(r.register_rows, 0)::integer as register_rows,
    u.first_period_end,
    u.last_period_end
from {{ source('raw', 'document') }} as d
left join used as u on d.document_id = u.document_id
left join register_used as r on d.document_id = r.document_id
order by d.file_path, d.document_kind desc, d.title
