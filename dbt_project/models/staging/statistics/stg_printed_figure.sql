-- Every landed cell of a statistic, read on its own: number, qualifier, printed precision, unit, place, indicator,
-- period, status, and the correction that a reviewer has decided on. What cannot be read or named keeps its row
-- with the rule it fails and the nearest known name; nothing is guessed.
with place as (
    select
        place_code, name_zh, successor_code,
        try_cast(valid_from as date) as valid_from,
        try_cast(valid_to as date) as valid_to
    from {{ ref('place') }}
),

place_name as (
    {{ place_names() }}
),

indicator_name as (
    select
        {{ name_key('name_zh') }} as key,
        null as source,
        null as dimension,
        indicator_code,
        null::date as valid_from,
        null::date as valid_to
    from {{ ref('indicator') }}
    union
    select {{ name_key('indicator_code') }}, null, null, indicator_code, null, null from {{ ref('indicator') }}
    union
    select
        {{ name_key('alias') }},
        nullif(source, ''),
        nullif(dimension, ''),
        indicator_code,
        try_cast(valid_from as date),
        try_cast(valid_to as date)
    from {{ ref('indicator_alias') }}
),

-- Texts of a file repeat from row to row: each is taken apart once.
period_said as (
    select
        t.period_text,
        regexp_replace(t.period_key, w.pattern, w.code) as period
    from (
        select period_text, {{ period_key('period_text') }} as period_key
        from (select distinct period_text from {{ source('raw', 'statistic') }} where period_text is not null)
    ) as t
    inner join {{ ref('period_wording') }} as w on regexp_full_match(t.period_key, w.pattern)
    qualify row_number() over (partition by t.period_text order by w.priority) = 1
),

place_said as (
    select place_text, {{ name_key('place_text') }} as place_key
    from (select distinct place_text from {{ source('raw', 'statistic') }} where place_text is not null)
),

-- A name may carry its unit in brackets: 地区生产总值（亿元）.
indicator_said as (
    select
        s.indicator_text,
        s.indicator_key,
        u.unit as unit_in_name,
        case when u.unit is not null then regexp_replace(s.indicator_key, '\([^()]*\)$', '') end as key_without_unit
    from (
        select
            indicator_text,
            {{ name_key('indicator_text') }} as indicator_key,
            regexp_extract({{ half_width('indicator_text') }}, '\(([^()]*)\)\s*$', 1) as bracketed
        from (select distinct indicator_text from {{ source('raw', 'statistic') }} where indicator_text is not null)
    ) as s
    left join {{ ref('unit') }} as u on s.bracketed = u.unit
),

printed as (
    select
        r.* exclude (status_text),
        split_part(r.file_path, '/', 1) as source,
        p.period,
        {{ period_start('p.period') }} as period_start,
        {{ period_end('p.period') }} as period_end,
        l.place_key,
        i.indicator_key,
        i.key_without_unit,
        coalesce(r.status_text, 'unknown') as status_name,
        i.unit_in_name,
        regexp_replace(replace({{ half_width('r.unit_text') }}, ' ', ''), '^\((.*)\)$', '\1') as unit_said,
        {{ bare_text('r.value_text') }} as bare
    from {{ source('raw', 'statistic') }} as r
    left join period_said as p on r.period_text = p.period_text
    left join place_said as l on r.place_text = l.place_text
    left join indicator_said as i on r.indicator_text = i.indicator_text
),

narrowed as (
    select * exclude (bare), coalesce(unit_said, unit_in_name) as unit_name, {{ ungrouped('bare') }} as narrowed from printed
),

parts as (
    select
        p.*,
        m.mark is not null as is_missing,
        {{ number_text('p.narrowed') }} as number_text,
        {{ prefix_text('p.narrowed') }} as prefix_text,
        {{ tail_text('p.narrowed') }} as tail_text
    from narrowed as p
    left join {{ ref('missing_mark') }} as m on p.narrowed = m.mark
),

-- A suffix qualifier stands before the unit (11000余家) or after it (3.2%以上).
suffixed as (
    select
        p.*,
        q.qualifier as suffix_qualifier,
        q.word as suffix_word,
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

-- A name means what it meant at the end of the period it reports on. The narrower alias wins: one bound to a
-- source or a kind of unit over a general one.
named as (
    select
        u.*,
        un.dimension,
        un.factor as unit_factor,
        pn.place_code,
        coalesce(i.indicator_code, w.indicator_code) as name_indicator_code,
        st.status,
        st.status_rank,
        pq.qualifier as prefix_qualifier
    from united as u
    left join {{ ref('unit') }} as un on u.unit_as_printed = un.unit
    left join place_name as pn
        on
            u.place_key = pn.key
            and (pn.valid_from is null or u.period_end >= pn.valid_from)
            and (pn.valid_to is null or u.period_end <= pn.valid_to)
    left join indicator_name as i
        on
            u.indicator_key = i.key
            and (i.source is null or u.source = i.source)
            and (i.dimension is null or un.dimension = i.dimension)
            and (i.valid_from is null or u.period_end >= i.valid_from)
            and (i.valid_to is null or u.period_end <= i.valid_to)
    left join indicator_name as w
        on
            u.key_without_unit = w.key
            and i.indicator_code is null
            and (w.source is null or u.source = w.source)
            and (w.dimension is null or un.dimension = w.dimension)
            and (w.valid_from is null or u.period_end >= w.valid_from)
            and (w.valid_to is null or u.period_end <= w.valid_to)
    left join {{ ref('status') }} as st on u.status_name = st.status_text
    left join {{ ref('qualifier') }} as pq on pq.position = 'prefix' and u.prefix_text = pq.word
    qualify row_number() over (
        partition by u.cell_address
        order by
            (coalesce(i.source, w.source) is not null)::integer + (coalesce(i.dimension, w.dimension) is not null)::integer desc,
            pn.valid_from desc nulls last
    ) = 1
),

-- What a name would be taken for, were it spelt so. A name known for other periods is told with its heir.
place_hint as (
    select
        u.place_key,
        u.period_end,
        min(n.name_zh || ' (' || n.place_code || ')') filter (where n.key = u.place_key) as known_as,
        arg_min(
            n.name_zh || ' (' || n.place_code || ')',
            ({{ spelling_distance('n.key', 'u.place_key') }}, -jaro_winkler_similarity(n.key, u.place_key), n.place_code)
        ) filter (
            where n.key <> u.place_key and {{ spelling_distance('n.key', 'u.place_key') }} <= 0.4
            and {{ shares_half_its_characters('n.key', 'u.place_key') }}
        ) as nearest,
        min(h.name_zh || ' (' || h.place_code || ')') filter (where n.key = u.place_key) as heir
    from (
        select distinct place_key, period_end from named
        where place_code is null and place_key <> '' and length(place_key) <= {{ longest_name() }}
    ) as u
    cross join place_name as n
    left join place as p on n.place_code = p.place_code
    left join place as h on p.successor_code = h.place_code and u.period_end > p.valid_to
    group by u.place_key, u.period_end
),

indicator_hint as (
    select
        u.indicator_key,
        u.period_end,
        bool_or(n.key = u.indicator_key and (n.valid_from is not null or n.valid_to is not null)) as is_dated,
        arg_min(
            i.name_zh || ' (' || n.indicator_code || ')',
            (-jaro_winkler_similarity(n.key, u.indicator_key), n.indicator_code)
        ) filter (where jaro_winkler_similarity(n.key, u.indicator_key) >= 0.8) as nearest
    from (
        select distinct indicator_key, period_end from named
        where name_indicator_code is null and indicator_key <> '' and length(indicator_key) <= {{ longest_name() }}
    ) as u
    cross join indicator_name as n
    inner join {{ ref('indicator') }} as i on n.indicator_code = i.indicator_code
    group by u.indicator_key, u.period_end
),

unit_hint as (
    select
        u.unit_as_printed,
        arg_min(
            n.unit,
            (
                {{ spelling_distance('n.unit', 'u.unit_as_printed') }},
                -jaro_winkler_similarity(n.unit, u.unit_as_printed),
                n.unit
            )
        ) filter (
            where {{ spelling_distance('n.unit', 'u.unit_as_printed') }} <= 0.5
            or (length(n.unit) > 1 and starts_with(u.unit_as_printed, n.unit))
        ) as nearest
    from (
        select distinct unit_as_printed from named
        where dimension is null and unit_as_printed <> '' and length(unit_as_printed) <= {{ longest_name() }}
    ) as u
    cross join {{ ref('unit') }} as n
    group by u.unit_as_printed
),

-- Figures printed under one name that follow another counting rule.
ruled as (
    select
        n.*,
        coalesce(r.to_indicator_code, n.name_indicator_code) as indicator_code,
        case when r.to_indicator_code is not null then n.name_indicator_code end as reclassified_from,
        r.kind as reclassified_for
    from named as n
    left join {{ ref('reclassification') }} as r
        on
            n.source = r.source
            and n.name_indicator_code = r.indicator_code
            and (r.place_code = '*' or n.place_code = r.place_code)
            and length(n.period) = 4
            and year(n.period_end) between r.first_year and r.last_year
            and (r.statuses = '*' or list_contains(string_split(r.statuses, ' '), n.status))
    qualify row_number() over (partition by n.cell_address order by r.place_code nulls last) = 1
),

-- A correction holds for the faulty text it expects and for no other.
corrected as (
    select
        n.* exclude (number_text, unit_factor, dimension),
        n.number_text as printed_number_text,
        n.unit_factor as printed_unit_factor,
        c.correction_id,
        c.action as correction_action,
        c.reason_zh as correction_reason_zh,
        c.reason_en as correction_reason_en,
        c.action = 'override' as is_overridden,
        coalesce(c.factor, 1.0) as correction_factor,
        coalesce(c.value, n.number_text) as number_text,
        coalesce(cu.factor, n.unit_factor) as unit_factor,
        coalesce(cu.dimension, n.dimension) as dimension
    from ruled as n
    left join {{ ref('correction') }} as c
        on
            (c.source is null or n.source = c.source)
            and n.place_code = c.place_code
            and coalesce(n.reclassified_from, n.indicator_code) = c.indicator_code
            and n.period = c.period
            and trim(n.value_text) = c.expect
    left join {{ ref('unit') }} as cu on c.unit = cu.unit
    qualify row_number() over (partition by n.cell_address order by c.correction_id) = 1
),

converted as (
    select
        n.*,
        i.base_unit,
        i.min_value,
        i.max_value,
        try_cast(i.max_yearly_factor as double) as max_yearly_factor,
        bu.dimension as base_dimension,
        -- Fractions such as 1/15 are printed to a whole denominator.
        coalesce(contains(n.number_text, '/'), false) as is_fraction,
        coalesce(
            [n.prefix_qualifier, n.suffix_qualifier] in (['at_least', 'at_most'], ['at_most', 'at_least']), false
        ) as contradicts_itself,
        n.correction_factor * n.unit_factor / bu.factor as to_base,
        case
            when coalesce(n.is_overridden, false) then 'exact'
            else coalesce(n.suffix_qualifier, n.prefix_qualifier, 'exact')
        end as qualifier,
        {{ number_value('n.number_text') }} as number_value,
        {{ printed_half_unit('n.number_text') }} as half_unit,
        {{ printed_step('n.number_text') }} as step,
        try_cast(split_part(n.number_text, '/', 2) as double) as denominator,
        case
            when n.correction_action in ('override', 'scale') and not n.has_no_number
                then {{ number_value('n.printed_number_text') }} * n.printed_unit_factor / bu.factor
        end as value_before_correction
    from corrected as n
    left join {{ ref('indicator') }} as i on n.indicator_code = i.indicator_code
    left join {{ ref('unit') }} as bu on i.base_unit = bu.unit
),

intervals as (
    select
        *,
        {{ printed_low('qualifier', 'number_value', 'half_unit', 'step', 'is_fraction', 'denominator') }} as low,
        {{ printed_high('qualifier', 'number_value', 'half_unit', 'step', 'is_fraction', 'denominator') }} as high
    from converted
),

judged as (
    select
        *,
        {{ significant('number_value * to_base') }} as value,
        case
            when is_missing then null
            when (has_no_number and not coalesce(is_overridden, false)) or number_value is null then 'text_for_number'
            -- 破万 is a number, 万 alone is a heading.
            when
                number_text is null
                and (coalesce(prefix_qualifier, suffix_qualifier) is null or regexp_matches(narrowed, '[+-]'))
                then 'text_for_number'
            -- Money over money is two figures; only a share of one is said as a fraction.
            when is_fraction and (dimension <> 'ratio' or unit_factor <> 1) then 'not_one_number'
            when prefix_text <> '' and prefix_qualifier is null and not coalesce(is_overridden, false)
                then 'unknown_qualifier'
            when contradicts_itself then 'unknown_qualifier'
            when coalesce(period_start > period_end, true) then 'unknown_period'
            when place_code is null then 'unknown_place'
            when dimension is null and regexp_matches(cell_unit, '\d') then 'not_one_number'
            when dimension is null then 'unknown_unit'
            when unit_said <> unit_in_name then 'unit_at_odds'
            when indicator_code is null then 'unknown_indicator'
            when dimension <> base_dimension then 'unit_of_other_kind'
            when status is null then 'unknown_status'
            when number_value * to_base not between min_value and max_value then 'out_of_range'
            -- No source prints one figure so often; series and conflicts compare each printing with each other.
            when
                row_number() over (
                    partition by file_path, place_code, indicator_code, period order by row_no, column_no, cell_address
                ) > {{ most_printings() }}
                then 'printed_too_often'
        end as rule
    from intervals
),

told as (
    select
        j.*,
        p.known_as,
        case
            when j.rule = 'unknown_place' and p.known_as is not null then 'name_not_valid_in_period'
            when j.rule = 'unknown_indicator' and i.is_dated then 'name_not_valid_in_period'
            else j.rule
        end as reject_rule,
        case
            when j.rule = 'unknown_place' and p.known_as is not null then p.heir
            when j.rule = 'unknown_place' then p.nearest
            when j.rule = 'unknown_indicator' then i.nearest
            when j.rule = 'unknown_unit' then u.nearest
        end as suggestion
    from judged as j
    left join place_hint as p
        on j.rule = 'unknown_place' and j.place_key = p.place_key and j.period_end = p.period_end
    left join indicator_hint as i
        on j.rule = 'unknown_indicator' and j.indicator_key = i.indicator_key and j.period_end = i.period_end
    left join unit_hint as u on j.rule = 'unknown_unit' and j.unit_as_printed = u.unit_as_printed
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
    reclassified_from,
    reclassified_for,
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
    max_yearly_factor,
    qualifier,
    status,
    status_rank,
    is_missing,
    correction_id,
    correction_action,
    correction_reason_zh,
    correction_reason_en,
    {{ significant('value_before_correction') }} as value_before_correction,
    reject_rule,
    case reject_rule
        when 'text_for_number' then 'the value is a text, not a number'
        when 'not_one_number' then 'the cell holds no single plain number: ' || trim(value_text)
        when 'unknown_qualifier'
            then
                case
                    when contradicts_itself
                        then 'the words around the number contradict each other: ' || prefix_text || ' and ' || suffix_word
                    else 'the words before the number are not known: ' || prefix_text
                end
        when 'unknown_place' then 'the place is not known: ' || coalesce(place_text, '(empty)')
        when 'name_not_valid_in_period'
            then
                'the name ' || coalesce(case when rule = 'unknown_place' then place_text end, indicator_text)
                || ' was not in use at the end of ' || period
        when 'unknown_period' then 'the period is not known: ' || coalesce(period_text, '(empty)')
        when 'unknown_unit' then 'the unit is not known: ' || coalesce(unit_as_printed, '(empty)')
        when 'unit_at_odds' then 'the name says ' || unit_in_name || ', the unit ' || unit_said
        when 'unknown_indicator' then 'the indicator is not known: ' || coalesce(indicator_text, '(empty)')
        when 'unit_of_other_kind'
            then unit_as_printed || ' is no unit of ' || indicator_code || ', whose base unit is ' || base_unit
        when 'unknown_status' then 'the status is not known: ' || status_name
        when 'out_of_range'
            then
                indicator_code || ' = ' || format('{:g}', value) || ' ' || base_unit || ' lies outside '
                || format('{:g}', min_value) || ' to ' || format('{:g}', max_value)
        when 'printed_too_often'
            then
                'the file gives ' || indicator_code || ' of ' || place_code || ' in ' || period
                || ' over {{ most_printings() }} times'
    end as reject_reason,
    case reject_rule
        when 'text_for_number' then 'correct the cell, or delete the row if the source prints no figure'
        when 'not_one_number' then 'write one number in the cell; a range or a second figure needs a row of its own'
        when 'unknown_qualifier' then 'correct the cell, or add the word to seeds/qualifier.csv'
        when 'unknown_place' then 'correct the name, or add it to seeds/place_alias.csv'
        when 'name_not_valid_in_period' then 'use the name of that time, or correct its dates in the seed'
        when 'unknown_period' then 'write the period as 2022, 2021H1, 2021Q1-Q3, 2023M01-M11 or 2022-06-30'
        when 'unknown_unit' then 'correct the unit, or add it to seeds/unit.csv'
        when 'unit_at_odds' then 'correct the unit of the column or that in the name'
        when 'unknown_indicator' then 'correct the name, or add it to seeds/indicator_alias.csv'
        when 'unit_of_other_kind' then 'correct the unit or the indicator'
        when 'unknown_status' then 'write 初步数, 最终数, 修订数 or 未注明'
        when 'printed_too_often' then 'name the parts apart, or delete the rows that repeat one figure'
        when 'out_of_range' then 'check value and unit against the source; widen the range in seeds/indicator.csv if right'
    end as reject_remedy,
    suggestion
from told
