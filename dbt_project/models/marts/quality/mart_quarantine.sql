-- Everything that was read and refused, with where it stands, why, what it might have meant and what would mend it.
select
    document_id,
    file_path,
    cell_address,
    'land' as step,
    raw_text,
    null::varchar as place_text,
    null::varchar as indicator_text,
    null::varchar as period_text,
    rule,
    reason,
    null::varchar as suggestion,
    remedy,
    cells::integer as cells
from {{ source('raw', 'refused') }}
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
    suggestion,
    reject_remedy,
    1 as cells
from {{ ref('stg_statistic') }}
where reject_rule is not null
union all
select
    document_id,
    file_path,
    cell_address,
    'stage' as step,
    value_as_printed,
    null::varchar as place_text,
    pillar_as_printed,
    year_label_as_printed,
    reject_rule,
    reject_reason,
    null::varchar as suggestion,
    reject_remedy,
    1 as cells
from {{ ref('stg_published_index') }}
where reject_rule is not null
union all
select
    document_id,
    file_path,
    cell_address,
    'stage' as step,
    rank_as_printed,
    place_text,
    ranking_code,
    period,
    reject_rule,
    reject_reason,
    null::varchar as suggestion,
    reject_remedy,
    1 as cells
from {{ ref('stg_printed_rank') }}
where reject_rule is not null
union all
select
    document_id,
    file_path,
    cell_address,
    'stage' as step,
    coalesce(value_as_printed, entry),
    place_text,
    register_name,
    date_text,
    reject_rule,
    reject_reason,
    null::varchar as suggestion,
    reject_remedy,
    1 as cells
from {{ ref('stg_register_entry') }}
where reject_rule is not null
union all
select
    document_id,
    file_path,
    cell_address,
    'stage' as step,
    raw_text,
    case when reject_rule in ('unknown_place', 'link_to_itself') then raw_text end as place_text,
    event_kind,
    period,
    reject_rule,
    reject_reason,
    null::varchar as suggestion,
    reject_remedy,
    cells
from {{ ref('stg_event') }}
where reject_rule is not null
union all
select
    document_id,
    file_path,
    cell_address,
    'stage' as step,
    coalesce(claimed_as_printed, statement_zh, claim_id),
    subject,
    metric,
    period_text,
    reject_rule,
    reject_reason,
    null::varchar as suggestion,
    reject_remedy,
    1 as cells
from {{ ref('stg_claim') }}
where reject_rule is not null
order by file_path, cell_address, rule
