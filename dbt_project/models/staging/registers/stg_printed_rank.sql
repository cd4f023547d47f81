-- Ranks that publishers printed, from the registers that seeds/ranking.csv names: one row a rank. A list ranks many
-- places that are none of ours, so a name that is not known is no fault.
with place_name as (
    select {{ name_key('name_zh') }} as key, place_code from {{ ref('place') }} where is_member
    union
    select {{ name_key('a.alias') }}, a.place_code
    from {{ ref('place_alias') }} as a
    inner join {{ ref('place') }} as p on a.place_code = p.place_code and p.is_member
),

listed as (
    select
        r.ranking_code,
        c.file_path,
        c.row_no,
        any_value(c.document_id) as document_id,
        max(c.text) filter (where c.column_name = r.place_column) as place_text,
        max(c.text) filter (where c.column_name = r.period_column) as period,
        max(c.text) filter (where c.column_name = r.rank_column) as rank_text,
        max(c.cell_address) filter (where c.column_name = r.rank_column) as cell_address
    from {{ ref('ranking') }} as r
    inner join {{ source('raw', 'register_cell') }} as c on r.register = c.register_name
    group by r.ranking_code, c.file_path, c.row_no
),

judged as (
    select
        l.*,
        n.place_code,
        {{ known_by('l.period') }} as period_end,
        trim({{ half_width('l.rank_text') }}) as narrowed
    from listed as l
    left join place_name as n on {{ name_key('l.place_text') }} = n.key
    where l.rank_text is not null
)

select
    ranking_code,
    place_text,
    place_code,
    period,
    period_end,
    rank_text as rank_as_printed,
    case when regexp_full_match(narrowed, '[1-9]\d{0,3}') then narrowed::integer end as rank,
    document_id,
    file_path,
    cell_address,
    case
        when not regexp_full_match(narrowed, '[1-9]\d{0,3}') then 'text_for_number'
        when period_end is null then 'unknown_period'
    end as reject_rule,
    case
        when not regexp_full_match(narrowed, '[1-9]\d{0,3}') then 'the rank is no whole number: ' || {{ seen('rank_text') }}
        when period_end is null then 'the day of the ranking is not known: ' || coalesce({{ seen('period') }}, '(empty)')
    end as reject_reason,
    case
        when not regexp_full_match(narrowed, '[1-9]\d{0,3}') then 'correct the cell, or leave it empty where no rank is printed'
        when period_end is null then 'write the day as 2022, 2022-06 or 2022-06-30'
    end as reject_remedy
from judged
