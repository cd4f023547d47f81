-- Public claims, as transcribed: one row a claim, its number read as the claim words it and turned into the interval
-- that the comparison allows. What cannot be read keeps its row with the rule it fails.
with claim as (
    {{ register('claims', [
        'claim_id', 'claim_set', 'said_by', 'said_on', 'statement_zh', 'statement_en', 'subject', 'metric', 'period',
        'value_text', 'unit', 'comparison', 'settled_by_zh', 'settled_by_en', 'source_url'
    ]) }}
),

cell as (
    select
        file_path,
        row_no,
        min_by(cell_address, column_no) as first_cell,
        max(cell_address) filter (where column_name = 'value_text') as value_cell,
        max(cell_address) filter (where column_name = 'comparison') as comparison_cell
    from {{ source('raw', 'register_cell') }}
    where register_name = 'claims'
    group by file_path, row_no
),

bare as (
    select
        c.* replace (coalesce(c.cell_address, a.first_cell) as cell_address),
        a.value_cell,
        a.comparison_cell,
        k.takes,
        k.low_end,
        k.high_end,
        k.is_strict,
        {{ bare_text('c.value_text') }} as narrowed,
        row_number() over (partition by c.claim_id order by c.file_path, c.row_no) as printing
    from claim as c
    inner join cell as a on c.file_path = a.file_path and c.row_no = a.row_no
    left join {{ ref('claim_comparison') }} as k on c.comparison = k.comparison
),

ungrouped as (
    select *, {{ ungrouped('narrowed') }} as plain from bare
),

taken as (
    select
        *,
        case when takes = 'number' then {{ number_text('plain') }} end as number_text,
        {{ tail_text('plain') }} as tail,
        case
            when takes = 'date' and regexp_full_match(plain, '\d{4}(?:年(?:\d{1,2}月)?|-\d{2})?')
                then try_cast(
                    left(plain, 4) || '-'
                    || coalesce(lpad(nullif(regexp_extract(plain, '^\d{4}.(\d{1,2})', 1), ''), 2, '0'), '01')
                    || '-01' as date
                )
        end as first_day,
        regexp_matches(plain, '^\d{4}.\d') as has_month
    from ungrouped
),

valued as (
    select
        *,
        first_day + case when has_month then interval 1 month else interval 1 year end as day_after,
        -- Shares and multiples are compared in per cent.
        case when unit = '%' and (contains(number_text, '/') or starts_with(tail, '倍')) then 100.0 else 1.0 end as to_unit,
        case
            when number_text is not null then {{ number_value('number_text') }}
            when first_day is not null then {{ decimal_year('first_day') }}
        end as value,
        try_cast(split_part(number_text, '/', 1) as double) as numerator,
        try_cast(nullif(split_part(number_text, '/', 2), '') as double) as denominator,
        {{ printed_half_unit('number_text') }} as half_unit,
        {{ printed_step('number_text') }} as step
    from taken
),

judged as (
    select
        *,
        case
            when coalesce(not regexp_full_match(claim_id, '[A-Za-z]\w*'), true) then 'id_missing'
            when printing > 1 then 'entered_twice'
            when takes is null then 'unknown_comparison'
            when takes <> 'nothing' and value_text is null then 'value_missing'
            when takes = 'number' and (value is null or regexp_matches(tail, '\d')) then 'text_for_number'
            when (takes = 'date' and first_day is null) or {{ known_by('said_on') }} is null then 'unknown_period'
        end as reject_rule
    from valued
)

select
    claim_id,
    claim_set,
    said_by,
    said_on,
    {{ known_by('said_on') }} as said_by_day,
    statement_zh,
    statement_en,
    subject,
    metric,
    period as period_text,
    value_text as claimed_as_printed,
    unit,
    comparison,
    is_strict,
    {{ significant('(value * to_unit)') }} as claimed_value,
    {% set ends = ['value', 'numerator', 'denominator', 'half_unit', 'step', 'first_day', 'day_after'] -%}
    {{ significant('(to_unit * ' ~ claimed_end('low_end', -1, *ends) ~ ')') }} as claimed_low,
    {{ significant('(to_unit * ' ~ claimed_end('high_end', 1, *ends) ~ ')') }} as claimed_high,
    settled_by_zh,
    settled_by_en,
    source_url,
    document_id,
    file_path,
    case reject_rule
        when 'unknown_comparison' then coalesce(comparison_cell, cell_address)
        when 'text_for_number' then value_cell
        else cell_address
    end as cell_address,
    reject_rule,
    case reject_rule
        when 'id_missing'
            then 'the claim has no id that can name the file that recomputes it: ' || coalesce({{ seen('claim_id') }}, '(empty)')
        when 'entered_twice' then 'the id ' || {{ seen('claim_id') }} || ' stands for a claim already'
        when 'unknown_comparison' then 'how the claim compares is not known: ' || coalesce({{ seen('comparison') }}, '(empty)')
        when 'value_missing' then 'the claim states no value'
        when 'text_for_number' then 'the value is not one plain number: ' || {{ seen('value_text') }}
        when 'unknown_period'
            then
                'a date is not a year, a month or a day: '
                || coalesce({{ seen('said_on') }}, '(empty)') || ', ' || coalesce({{ seen('value_text') }}, '(empty)')
    end as reject_reason,
    case reject_rule
        when 'id_missing' then 'give the claim an id of letters, digits and underscores that begins with a letter'
        when 'entered_twice' then 'give the claim an id of its own, or delete the row'
        when 'unknown_comparison' then 'write one of the comparisons of seeds/claim_comparison.csv, or add one'
        when 'value_missing' then 'enter the value, or write text under comparison'
        when 'text_for_number' then 'write the number in digits, or text under comparison'
        when 'unknown_period' then 'write dates as 2024, 2024-06 or 2024-06-30'
    end as reject_remedy
from judged
