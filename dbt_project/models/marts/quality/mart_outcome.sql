-- One row a raw file: pieces read, landed in the end and quarantined. A piece is a figure, or a row of a register.
with staged as (
    select file_path, count(*) filter (where reject_rule is not null) as refused
    from {{ ref('stg_statistic') }}
    group by file_path
)

select
    f.file_path,
    f.source,
    f.layout,
    f.encoding,
    f.sha256,
    f.bytes,
    f.pieces_read::integer as pieces_read,
    (f.pieces_landed - coalesce(s.refused, 0))::integer as pieces_landed,
    (f.pieces_quarantined + coalesce(s.refused, 0))::integer as pieces_quarantined
from {{ source('raw', 'file') }} as f
left join staged as s on f.file_path = s.file_path
order by f.file_path
