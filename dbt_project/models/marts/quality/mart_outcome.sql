-- What became of every cell: one row a document and step. Step land takes a whole file apart; step stage reads the
-- figures of each document cited in it, the rows of a register, and events with all their cells. Always: read = landed +
-- quarantined + not data.
with figure as (
    select document_id, file_path, reject_rule, is_missing, 1 as cells from {{ ref('stg_statistic') }}
    union all
    select document_id, file_path, reject_rule, false, 1 from {{ ref('stg_published_index') }}
    union all
    select document_id, file_path, reject_rule, false, 1 from {{ ref('stg_printed_rank') }}
    union all
    select document_id, file_path, reject_rule, false, 1 from {{ ref('stg_register_entry') }}
    union all
    select document_id, file_path, reject_rule, is_within_a_place, cells from {{ ref('stg_event') }}
    union all
    select document_id, file_path, reject_rule, false, 1 from {{ ref('stg_claim') }}
),

staged as (
    select
        document_id,
        file_path,
        sum(cells) as figures,
        coalesce(sum(cells) filter (where reject_rule is not null), 0) as quarantined,
        coalesce(sum(cells) filter (where is_missing and reject_rule is null), 0) as not_data
    from figure
    group by document_id, file_path
),

refused as (
    select file_path, sum(quarantined) as quarantined from staged group by file_path
),

share as (
    select
        f.file_path,
        (f.cells_quarantined + coalesce(r.quarantined, 0)) / nullif(f.cells_quarantined + f.cells_landed, 0) as rejected_share
    from {{ source('raw', 'file') }} as f
    left join refused as r on f.file_path = r.file_path
)

select
    f.document_id,
    f.file_path,
    'land' as step,
    f.source,
    f.layout,
    f.format,
    f.encoding,
    f.cells_read::integer as cells_read,
    f.cells_landed::integer as cells_landed,
    f.cells_quarantined::integer as cells_quarantined,
    f.cells_not_data::integer as cells_not_data,
    s.rejected_share,
    f.rejected_limit,
    coalesce(s.rejected_share <= f.rejected_limit, true) as is_within_limit,
    f.sha256,
    f.bytes
from {{ source('raw', 'file') }} as f
left join share as s on f.file_path = s.file_path
union all
select
    g.document_id,
    g.file_path,
    'stage' as step,
    f.source,
    f.layout,
    f.format,
    f.encoding,
    g.figures::integer,
    (g.figures - g.quarantined - g.not_data)::integer,
    g.quarantined::integer,
    g.not_data::integer,
    s.rejected_share,
    f.rejected_limit,
    coalesce(s.rejected_share <= f.rejected_limit, true),
    f.sha256,
    f.bytes
from staged as g
inner join {{ source('raw', 'file') }} as f on g.file_path = f.file_path
left join share as s on g.file_path = s.file_path
order by file_path, step, document_id
