-- Values of indices that others publish by edition, as transcribed: one row a printing of a value. Where a page
-- prints only the yearly pace since the base year, the value follows from it. What cannot be read keeps its row with
-- the rule it fails.
with total as (
    {{ register('yrd_collab_index_total', [
        'edition', 'year_label', 'index_value', 'yoy_growth_pct', 'how', 'note'
    ]) }}
),

pillar as (
    {{ register('yrd_collab_index_pillars', [
        'edition', 'pillar', 'year_label', 'index_value', 'cagr_stated_pct', 'cagr_window', 'growth_rank_stated',
        'note'
    ]) }}
),

-- Where the number that a row stands for is printed.
number_cell as (
    select file_path, row_no, column_name, cell_address
    from {{ source('raw', 'register_cell') }}
    where
        register_name in ('yrd_collab_index_total', 'yrd_collab_index_pillars')
        and column_name in ('index_value', 'cagr_stated_pct')
),

printed as (
    select
        file_path, row_no, document_id, cell_address, edition, '总指数' as pillar, year_label, index_value,
        yoy_growth_pct as growth, null as pace, null as growth_window, null as growth_rank, how as how_as_printed, note
    from total
    union all
    select
        file_path, row_no, document_id, cell_address, edition, pillar, year_label, index_value,
        null, cagr_stated_pct, cagr_window, growth_rank_stated, 'stated', note
    from pillar
),

taken as (
    select
        p.*,
        'yrd_collaborative_innovation' as index_code,
        case
            when p.index_value is null and p.pace is not null then 'cagr_stated_pct' else 'index_value'
        end as column_name,
        trim({{ half_width('coalesce(p.index_value, p.pace)') }}) as narrowed,
        case when regexp_full_match(p.edition, '\d{4}') then p.edition::integer end as edition_year,
        case when regexp_full_match(p.year_label, '\d{4}') then p.year_label::integer end as label_year
    from printed as p
),

named as (
    select
        t.* exclude (edition, pillar, cell_address),
        t.edition as edition_as_printed,
        t.pillar as pillar_as_printed,
        coalesce(c.cell_address, t.cell_address) as cell_address,
        i.pillar_code,
        i.base_year,
        w.how as wording,
        t.label_year + w.year_shift as data_year,
        t.column_name = 'cagr_stated_pct' as is_pace,
        case when regexp_full_match(t.narrowed, '\d{1,6}(\.\d{1,6})?') then t.narrowed end as number_text
    from taken as t
    left join number_cell as c
        on t.file_path = c.file_path and t.row_no = c.row_no and t.column_name = c.column_name
    left join {{ ref('published_index') }} as i on t.index_code = i.index_code and t.pillar = i.pillar_name_zh
    left join {{ ref('index_wording') }} as w on regexp_full_match(t.how_as_printed, w.pattern)
),

valued as (
    select
        *,
        {{ index_value('number_text', 'is_pace', 'data_year - base_year') }} as value,
        {{ index_value('number_text', 'is_pace', 'data_year - base_year', -1) }} as value_low,
        {{ index_value('number_text', 'is_pace', 'data_year - base_year', 1) }} as value_high
    from named
),

judged as (
    select
        *,
        case
            when narrowed is null then 'value_missing'
            when number_text is null then 'text_for_number'
            when
                edition_year is null or label_year is null
                or not coalesce(data_year between base_year and edition_year, true)
                then 'unknown_period'
            when wording is null then 'unknown_status'
            when pillar_code is null then 'unknown_indicator'
            when value not between 1 and 10000 then 'out_of_range'
        end as reject_rule
    from valued
)

select
    index_code,
    edition_as_printed,
    edition_year as edition,
    pillar_as_printed,
    pillar_code,
    year_label as year_label_as_printed,
    label_year as year_label,
    data_year,
    coalesce(index_value, pace) as value_as_printed,
    {{ significant('value') }} as value,
    -- The base year is 100 by definition, however it is printed.
    case when data_year = base_year then value else {{ significant('value_low') }} end as value_low,
    case when data_year = base_year then value else {{ significant('value_high') }} end as value_high,
    base_year,
    case when is_pace then 'derived' else wording end as how,
    how_as_printed,
    coalesce(growth, pace) as growth_as_printed,
    growth_window,
    -- The place that the source gives this pillar in the order of paces, the fastest first.
    try_cast(growth_rank as integer) as growth_rank,
    note,
    document_id,
    file_path,
    cell_address,
    reject_rule,
    case reject_rule
        when 'value_missing' then 'the row prints neither a value nor a yearly pace'
        when 'text_for_number' then 'the value is not one plain number: ' || {{ seen('coalesce(index_value, pace)') }}
        when 'unknown_period'
            then
                'edition ' || coalesce({{ seen('edition_as_printed') }}, '(empty)')
                || ' cannot give the year ' || coalesce({{ seen('year_label') }}, '(empty)')
        when 'unknown_status' then 'how the value came about is not known: ' || coalesce({{ seen('how_as_printed') }}, '(empty)')
        when 'unknown_indicator' then 'the pillar is not known: ' || coalesce({{ seen('pillar_as_printed') }}, '(empty)')
        when 'out_of_range' then format('{:g}', value) || ' lies outside 1 to 10000, with 100 in the base year'
    end as reject_reason,
    case reject_rule
        when 'value_missing' then 'enter the value, or delete the row if the source prints none'
        when 'text_for_number' then 'correct the cell; it holds one plain number'
        when 'unknown_period' then 'correct edition and year_label against the source'
        when 'unknown_status' then 'write base or stated under how, or add the wording to seeds/index_wording.csv'
        when 'unknown_indicator' then 'correct the name, or add it to seeds/published_index.csv'
        when 'out_of_range' then 'check the value against the source'
    end as reject_remedy
from judged
