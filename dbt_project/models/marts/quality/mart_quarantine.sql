-- Everything that was read and refused, with where it stands, why, and what would mend it.
select
    r.document_id,
    r.file_path,
    r.cell_address,
    'land' as step,
    r.raw_text,
    null::varchar as place_text,
    null::varchar as indicator_text,
    null::varchar as period_text,
    r.rule,
    r.reason,
    r.remedy
from {{ source('raw', 'rejected') }} as r
union all
select
    document_id,
    file_path,
    cell_address,
    'stage' as step,
    value_as_printed,
    place_text,
    indicator_text,
    period_text,
    reject_rule,
    reject_reason,
    reject_remedy
from {{ ref('stg_statistic') }}
where reject_rule is not null
order by file_path, cell_address, rule
