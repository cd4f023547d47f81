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
{{ refused_rows(ref('stg_statistic'), 'value_as_printed', 'place_text', 'indicator_text', 'period_text', 'suggestion') }}
union all
{{ refused_rows(
    ref('stg_published_index'), 'value_as_printed', 'null::varchar', 'pillar_as_printed', 'year_label_as_printed'
) }}
union all
{{ refused_rows(ref('stg_printed_rank'), 'rank_as_printed', 'place_text', 'ranking_code', 'period') }}
union all
{{ refused_rows(ref('stg_register_entry'), 'coalesce(value_as_printed, entry)', 'place_text', 'register_name', 'date_text') }}
union all
{{ refused_rows(
    ref('stg_event'), 'raw_text', "case when reject_rule in ('unknown_place', 'link_to_itself') then raw_text end",
    'event_kind', 'period', cells='cells'
) }}
union all
{{ refused_rows(
    ref('stg_claim'), 'coalesce(claimed_as_printed, statement_zh, claim_id)', 'subject', 'metric', 'period_text'
) }}
order by file_path, cell_address, rule
