-- Every landed figure, read: number, qualifier, printed precision, unit, place, indicator, period, status.
-- A figure that cannot be read or named keeps its row here with the rule it fails; nothing is guessed.
with printed as (
    select
        *,
        split_part(file_path, '/', 1) as source,
        {{ narrow_text('value_text') }} as narrowed
    from {{ source('raw', 'statistic') }}
),

parts as (
    select
        *,
        {{ number_text('narrowed') }} as number_text,
        {{ prefix_text('narrowed') }} as prefix_text,
        {{ tail_text('narrowed') }} as tail_text,
        regexp_replace(replace(unit_text, ' ', ''), '^[(（](.*)[)）]$', '\1') as unit_name,
        replace(place_text, ' ', '') as place_name,
        trim(indicator_text) as indicator_name,
        {{ period_code('period_text') }} as period,
        coalesce(status_text, 'unknown') as status_name
    from printed
),

-- A suffix qualifier stands before the unit (11000余家) or after it (3.2%以上).
suffixed as (
    select
        p.*,
        q.qualifier as suffix_qualifier,
        trim(case when q.word is null then p.tail_text else replace(p.tail_text, q.word, '') end) as cell_unit
    from parts as p
    left join {{ ref('qualifier') }} as q
        on
            q.position = 'suffix'
            and (starts_with(p.tail_text, q.word) or (ends_with(p.tail_text, q.word)))
    qualify row_number() over (partition by p.cell_address order by length(q.word) desc nulls last) = 1
),

-- The unit printed in the cell wins over the unit of the column; 万 alone belongs before the column's unit
-- (破万 with unit 户 is one 万户).
united as (
    select
        *,
        case
            when cell_unit = '' then unit_name
            when cell_unit in ('万', '亿') and starts_with(unit_name, cell_unit) then unit_name
            when cell_unit in ('万', '亿') then cell_unit || unit_name
            else cell_unit
        end as unit_as_printed,
        number_text is null and cell_unit not in ('万', '亿') as has_no_number
    from suffixed
),

indicator_name as (
    select name_zh as alias, null as source, null as dimension, indicator_code from {{ ref('indicator') }}
    union all
    select indicator_code as alias, null as source, null as dimension, indicator_code as code from {{ ref('indicator') }}
    union all
    select alias, source, dimension, indicator_code from {{ ref('indicator_alias') }}
),

place_name as (
    select name_zh as alias, place_code from {{ ref('place') }}
    union all
    select place_code as alias, place_code as code from {{ ref('place') }}
    union all
    select alias, place_code from {{ ref('place_alias') }}
),

-- The narrower alias wins: one bound to a source or a kind of unit over a general one.
named as (
    select
        u.*,
        un.dimension,
        un.factor as unit_factor,
        pn.place_code,
        i.indicator_code,
        st.status,
        st.status_rank,
        pq.qualifier as prefix_qualifier
    from united as u
    left join {{ ref('unit') }} as un on u.unit_as_printed = un.unit
    left join place_name as pn on u.place_name = pn.alias
    left join indicator_name as i
        on
            u.indicator_name = i.alias
            and (i.source is null or u.source = i.source)
            and (i.dimension is null or un.dimension = i.dimension)
    left join {{ ref('status') }} as st on u.status_name = st.status_text
    left join {{ ref('qualifier') }} as pq on pq.position = 'prefix' and u.prefix_text = pq.word
    qualify row_number() over (
        partition by u.cell_address
        order by (i.source is not null)::integer + (i.dimension is not null)::integer desc
    ) = 1
),

converted as (
    select
        n.*,
        i.base_unit,
        i.min_value,
        i.max_value,
        bu.dimension as base_dimension,
        -- Fractions such as 1/15 are printed to a whole denominator.
        coalesce(contains(n.number_text, '/'), false) as is_fraction,
        n.unit_factor / bu.factor as to_base,
        coalesce(n.suffix_qualifier, n.prefix_qualifier, 'exact') as qualifier,
        {{ number_value('n.number_text') }} as number_value,
        {{ printed_half_unit('n.number_text') }} as half_unit,
        {{ printed_step('n.number_text') }} as step,
        try_cast(split_part(n.number_text, '/', 2) as double) as denominator
    from named as n
    left join {{ ref('indicator') }} as i on n.indicator_code = i.indicator_code
    left join {{ ref('unit') }} as bu on i.base_unit = bu.unit
),

-- Ends as printed: what rounding hides, a step of the last digit that says something for 约, and for an open
-- qualifier the figure itself on one side and that step on the other. A fraction rounds its denominator.
intervals as (
    select
        *,
        case
            when qualifier = 'at_least' then number_value
            when is_fraction and qualifier in ('about', 'at_most') then number_value * denominator / (denominator + 1)
            when is_fraction then number_value * denominator / (denominator + 0.5)
            when qualifier in ('about', 'at_most') then number_value - step
            else number_value - half_unit
        end as low,
        case
            when qualifier = 'at_most' then number_value
            when is_fraction and denominator > 1 and qualifier in ('about', 'at_least')
                then number_value * denominator / (denominator - 1)
            when is_fraction then number_value * denominator / (denominator - 0.5)
            when qualifier in ('about', 'at_least') then number_value + step
            else number_value + half_unit
        end as high
    from converted
),

judged as (
    select
        *,
        {{ period_start('period') }} as period_start,
        {{ period_end('period') }} as period_end,
        {{ significant('number_value * to_base') }} as value,
        case
            when has_no_number or number_value is null then 'text_for_number'
            when prefix_text <> '' and prefix_qualifier is null then 'unknown_qualifier'
            when place_code is null then 'unknown_place'
            when period is null or coalesce({{ period_start('period') }} > {{ period_end('period') }}, true)
                then 'unknown_period'
            when dimension is null then 'unknown_unit'
            when indicator_code is null then 'unknown_indicator'
            when dimension <> base_dimension then 'unit_of_other_kind'
            when status is null then 'unknown_status'
            when number_value * to_base not between min_value and max_value then 'out_of_range'
        end as reject_rule
    from intervals
)

select
    document_id,
    file_path,
    source,
    cell_address,
    place_text,
    indicator_text,
    period_text,
    value_text as value_as_printed,
    coalesce(unit_as_printed, unit_text) as unit_as_printed,
    note_text,
    {{ known_by('published_on') }} as published_by,
    place_code,
    indicator_code,
    period,
    {{ period_kind('period') }} as period_kind,
    period_start,
    period_end,
    value,
    -- Open ends stay open: 超过1800 has no upper end.
    case when qualifier <> 'at_most' then {{ significant('low * to_base') }} end as value_low,
    case when qualifier <> 'at_least' then {{ significant('high * to_base') }} end as value_high,
    {{ significant('low * to_base') }} as closed_low,
    {{ significant('high * to_base') }} as closed_high,
    base_unit as unit,
    qualifier,
    status,
    status_rank,
    reject_rule,
    case reject_rule
        when 'text_for_number' then 'the value is a text, not a number'
        when 'unknown_qualifier' then 'the words before the number are not known: ' || prefix_text
        when 'unknown_place' then 'the place is not known: ' || coalesce(place_text, '(empty)')
        when 'unknown_period' then 'the period is not known: ' || coalesce(period_text, '(empty)')
        when 'unknown_unit' then 'the unit is not known: ' || coalesce(unit_as_printed, '(empty)')
        when 'unknown_indicator' then 'the indicator is not known: ' || coalesce(indicator_text, '(empty)')
        when 'unit_of_other_kind'
            then unit_as_printed || ' is no unit of ' || indicator_code || ', whose base unit is ' || base_unit
        when 'unknown_status' then 'the status is not known: ' || status_name
        when 'out_of_range'
            then
                indicator_code || ' = ' || format('{:g}', value) || ' ' || base_unit || ' lies outside '
                || format('{:g}', min_value) || ' to ' || format('{:g}', max_value)
    end as reject_reason,
    case reject_rule
        when 'text_for_number' then 'correct the cell, or delete the row if the source prints no figure'
        when 'unknown_qualifier' then 'correct the cell, or add the word to seeds/qualifier.csv'
        when 'unknown_place' then 'correct the name, or add it to seeds/place_alias.csv'
        when 'unknown_period' then 'write the period as 2022, 2021H1, 2021Q1-Q3, 2023M01-M11 or 2022-06-30'
        when 'unknown_unit' then 'correct the unit, or add it to seeds/unit.csv'
        when 'unknown_indicator' then 'correct the name, or add it to seeds/indicator_alias.csv'
        when 'unit_of_other_kind' then 'correct the unit or the indicator'
        when 'unknown_status' then 'write 初步数, 最终数, 修订数 or 未注明'
        when 'out_of_range' then 'check value and unit against the source; widen the range in seeds/indicator.csv if right'
    end as reject_remedy
from judged
