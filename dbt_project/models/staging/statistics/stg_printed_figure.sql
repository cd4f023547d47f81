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

-- Texts repeat from cell to cell: each different text is taken apart once, and the cells look it up.
period_said as (
    select
        period_text, period,
        {{ period_start('period') }} as period_start,
        {{ period_end('period') }} as period_end
    from (
        select
            t.period_text,
            regexp_replace(t.period_key, w.pattern, w.code) as period
        from (
            select period_text, {{ period_key('period_text') }} as period_key
            from (select distinct period_text from {{ source('raw', 'statistic') }} where period_text is not null)
        ) as t
        inner join {{ ref('period_wording') }} as w on regexp_full_match(t.period_key, w.pattern)
        qualify row_number() over (partition by t.period_text order by w.priority) = 1
    )
),

place_said as (
    select place_text, {{ name_key('place_text') }} as place_key
    from (select distinct place_text from {{ source('raw', 'statistic') }} where place_text is not null)
),

-- A name means what it meant at the end of the period it reports on.
place_dated as (
    select
        t.place_text,
        t.period_text,
        s.place_key,
        p.period_end,
        arg_max(n.place_code, (coalesce(n.valid_from, date '0001-01-01'), n.place_code)) as place_code
    from (
        select distinct place_text, period_text from {{ source('raw', 'statistic') }} where place_text is not null
    ) as t
    inner join place_said as s on t.place_text = s.place_text
    left join period_said as p on t.period_text = p.period_text
    left join place_name as n
        on
            s.place_key = n.key
            and (n.valid_from is null or p.period_end >= n.valid_from)
            and (n.valid_to is null or p.period_end <= n.valid_to)
    group by t.place_text, t.period_text, s.place_key, p.period_end
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

unit_said as (
    select
        unit_text,
        regexp_replace(replace({{ half_width('unit_text') }}, ' ', ''), '^\((.*)\)$', '\1') as unit_said
    from (select distinct unit_text from {{ source('raw', 'statistic') }} where unit_text is not null)
),

value_parts as (
    select
        value_text, narrowed,
        {{ number_text('narrowed') }} as number_text,
        {{ prefix_text('narrowed') }} as prefix_text,
        {{ tail_text('narrowed') }} as tail_text
    from (
        select value_text, {{ ungrouped('bare') }} as narrowed
        from (
            select value_text, {{ bare_text('value_text') }} as bare
            from (select distinct value_text from {{ source('raw', 'statistic') }} where value_text is not null)
        )
    )
),

-- A suffix qualifier stands before the unit (11000余家) or after it (3.2%以上).
tail_said as (
    select
        t.tail_text,
        q.qualifier as suffix_qualifier,
        q.word as suffix_word,
        trim(case when q.word is null then t.tail_text else replace(t.tail_text, q.word, '') end) as cell_unit
    from (select distinct tail_text from value_parts) as t
    left join {{ ref('qualifier') }} as q
        on q.position = 'suffix' and (starts_with(t.tail_text, q.word) or ends_with(t.tail_text, q.word))
    qualify row_number() over (partition by t.tail_text order by length(q.word) desc nulls last, q.word) = 1
),

value_read as (
    select
        p.value_text, p.number_text, p.prefix_text, t.suffix_word, t.cell_unit,
        m.mark is not null as is_missing,
        p.number_text is null and t.cell_unit not in ('万', '亿') as has_no_number,
        -- 破万 is a number, 万 alone is a heading.
        p.number_text is null
        and (coalesce(pq.qualifier, t.suffix_qualifier) is null or regexp_matches(p.narrowed, '[+-]')) as is_heading,
        p.prefix_text <> '' and pq.qualifier is null as has_unknown_prefix,
        coalesce(
            [pq.qualifier, t.suffix_qualifier] in (['at_least', 'at_most'], ['at_most', 'at_least']), false
        ) as contradicts_itself,
        coalesce(t.suffix_qualifier, pq.qualifier, 'exact') as qualifier,
        {{ number_value('p.number_text') }} as number_value,
        {{ printed_half_unit('p.number_text') }} as half_unit,
        {{ printed_step('p.number_text') }} as step,
        -- Fractions such as 1/15 are printed to a whole denominator.
        coalesce(contains(p.number_text, '/'), false) as is_fraction,
        try_cast(split_part(p.number_text, '/', 2) as double) as denominator
    from value_parts as p
    left join tail_said as t on p.tail_text = t.tail_text
    left join {{ ref('missing_mark') }} as m on p.narrowed = m.mark
    left join {{ ref('qualifier') }} as pq on pq.position = 'prefix' and p.prefix_text = pq.word
),

value_said as (
    select
        * exclude (number_text, half_unit, step, denominator),
        {{ printed_low('qualifier', 'number_value', 'half_unit', 'step', 'is_fraction', 'denominator') }} as low,
        {{ printed_high('qualifier', 'number_value', 'half_unit', 'step', 'is_fraction', 'denominator') }} as high
    from value_read
),

-- What the cell adds to the unit of its column: 万 alone belongs before it (破万 with unit 户 is one 万户).
unit_meant as (
    select unit, dimension, factor, null as nearest from {{ ref('unit') }}
    union all
    select
        u.unit, null, null,
        arg_min(
            n.unit,
            ({{ spelling_distance('n.unit', 'u.unit') }}, -jaro_winkler_similarity(n.unit, u.unit), n.unit)
        ) filter (
            where {{ spelling_distance('n.unit', 'u.unit') }} <= 0.5
            or (length(n.unit) > 1 and starts_with(u.unit, n.unit))
        )
    from (
        select distinct cell_unit as unit from value_said where not regexp_matches(cell_unit, '\d')
        union
        select unnest([unit_said, '万' || unit_said, '亿' || unit_said]) from unit_said
        union
        select unnest(['万' || unit_in_name, '亿' || unit_in_name]) from indicator_said
    ) as u
    cross join {{ ref('unit') }} as n
    where u.unit <> '' and length(u.unit) <= {{ longest_name() }} and u.unit not in (select k.unit from {{ ref('unit') }} as k)
    group by u.unit
),

indicator_candidate as (
    select s.indicator_text, 0 as way, n.* exclude (key)
    from indicator_said as s
    inner join indicator_name as n on s.indicator_key = n.key
    union all
    select s.indicator_text, 1, n.* exclude (key)
    from indicator_said as s
    inner join indicator_name as n on s.key_without_unit = n.key
),

-- Most names have one meaning everywhere. Others depend on the source, the kind of unit or the period: the narrower
-- alias wins, one bound to a source or a kind of unit over a general one.
indicator_named as (
    select
        indicator_text,
        case when not bool_or(is_bound) then arg_min(indicator_code, (way, indicator_code)) end as indicator_code,
        case
            when bool_or(is_bound)
                then
                    list(
                        struct_pack(source, dimension, valid_from, valid_to, indicator_code)
                        order by way, (source is not null)::integer + (dimension is not null)::integer desc, indicator_code
                    )
        end as meanings
    from (
        select *, coalesce(source, dimension, valid_from::varchar, valid_to::varchar) is not null as is_bound
        from indicator_candidate
    ) as c
    group by indicator_text
),

-- What a name would be taken for, were it spelt so. A name known for other periods is told with its heir.
place_nearest as (
    select
        u.place_key,
        arg_min(
            n.name_zh || ' (' || n.place_code || ')',
            ({{ spelling_distance('n.key', 'u.place_key') }}, -jaro_winkler_similarity(n.key, u.place_key), n.place_code)
        ) as nearest
    from (
        select distinct place_key from place_dated
        where place_code is null and place_key <> '' and length(place_key) <= {{ longest_name() }}
    ) as u
    -- Lengths are compared first, since they rule out most names and cost nothing.
    inner join place_name as n
        on
            u.place_key <> n.key
            and abs(strlen(n.key) - strlen(u.place_key)) <= 0.4 * greatest(strlen(n.key), strlen(u.place_key))
    where
        {{ spelling_distance('n.key', 'u.place_key') }} <= 0.4
        and {{ shares_half_its_characters('n.key', 'u.place_key') }}
    group by u.place_key
),

place_heir as (
    select
        u.place_key,
        u.period_end,
        min(n.name_zh || ' (' || n.place_code || ')') as known_as,
        min(h.name_zh || ' (' || h.place_code || ')') as heir
    from (
        select distinct place_key, period_end from place_dated
        where place_code is null and place_key <> '' and length(place_key) <= {{ longest_name() }}
    ) as u
    inner join place_name as n on u.place_key = n.key
    left join place as p on n.place_code = p.place_code
    left join place as h on p.successor_code = h.place_code and u.period_end > p.valid_to
    group by u.place_key, u.period_end
),

-- Grouped last, although nothing is left to group: only so does the planner see that these are few. Else it would keep
-- all cells in memory and run the few past them.
place_meant as (
    select
        s.place_text,
        s.period_text,
        any_value(s.place_code) as place_code,
        bool_or(h.known_as is not null) as is_of_other_times,
        any_value(case when h.known_as is not null then h.heir else n.nearest end) as suggestion
    from place_dated as s
    left join place_heir as h on s.place_code is null and s.place_key = h.place_key and s.period_end = h.period_end
    left join place_nearest as n on s.place_code is null and s.place_key = n.place_key
    group by s.place_text, s.period_text
),

indicator_hint as (
    select
        u.indicator_key,
        bool_or(n.key = u.indicator_key and (n.valid_from is not null or n.valid_to is not null)) as is_dated,
        arg_min(
            i.name_zh || ' (' || n.indicator_code || ')',
            (-jaro_winkler_similarity(n.key, u.indicator_key), n.indicator_code)
        ) filter (where jaro_winkler_similarity(n.key, u.indicator_key) >= 0.8) as nearest
    from (
        select distinct s.indicator_key from indicator_said as s
        left join indicator_named as d on s.indicator_text = d.indicator_text
        where
            d.indicator_code is null
            and s.indicator_key <> ''
            and length(s.indicator_key) <= {{ longest_name() }}
    ) as u
    cross join indicator_name as n
    inner join {{ ref('indicator') }} as i on n.indicator_code = i.indicator_code
    group by u.indicator_key
),

indicator_meant as (
    select
        s.indicator_text, s.unit_in_name, n.indicator_code, n.meanings,
        coalesce(h.is_dated, false) as is_of_other_times,
        h.nearest as suggestion
    from indicator_said as s
    left join indicator_named as n on s.indicator_text = n.indicator_text
    left join indicator_hint as h on s.indicator_key = h.indicator_key
),

-- Figures printed under one name that follow another counting rule, a row each year and status.
rule_of_year as (
    select
        r.source, r.place_code, r.indicator_code, r.to_indicator_code, r.kind,
        y.year::varchar as period,
        s.status
    from {{ ref('reclassification') }} as r
    inner join (select unnest(range(1900, 2100)) as year) as y on y.year between r.first_year and r.last_year
    inner join (
        select status from {{ ref('status') }}
        union
        select ''
    ) as s
        on r.statuses = '*' or list_contains(string_split(r.statuses, ' '), s.status)
    qualify row_number() over (
        partition by r.source, r.place_code, r.indicator_code, y.year, s.status order by r.to_indicator_code
    ) = 1
),

-- A correction holds for the faulty text it expects and for no other.
correction_of_source as (
    select
        s.source, c.place_code, c.indicator_code, c.period, c.expect, c.correction_id, c.action, c.reason_zh, c.reason_en,
        c.action = 'override' as is_overridden,
        coalesce(c.factor, 1.0) as factor,
        c.value,
        u.factor as unit_factor,
        u.dimension,
        {{ number_value('c.value') }} as number_value,
        {{ printed_half_unit('c.value') }} as half_unit,
        coalesce(contains(c.value, '/'), false) as is_fraction,
        try_cast(split_part(c.value, '/', 2) as double) as denominator
    from {{ ref('correction') }} as c
    inner join (select distinct split_part(file_path, '/', 1) as source from {{ source('raw', 'statistic') }}) as s
        on c.source is null or c.source = s.source
    left join {{ ref('unit') }} as u on c.unit = u.unit
    qualify row_number() over (
        partition by s.source, c.place_code, c.indicator_code, c.period, c.expect order by c.correction_id
    ) = 1
),

correction_meant as (
    select
        *,
        {{ printed_low("'exact'", 'number_value', 'half_unit', 'null', 'is_fraction', 'denominator') }} as low,
        {{ printed_high("'exact'", 'number_value', 'half_unit', 'null', 'is_fraction', 'denominator') }} as high
    from correction_of_source
),

base as (
    select
        i.indicator_code, i.base_unit, i.min_value, i.max_value,
        try_cast(i.max_yearly_factor as double) as max_yearly_factor,
        u.dimension as base_dimension,
        u.factor as base_factor
    from {{ ref('indicator') }} as i
    left join {{ ref('unit') }} as u on i.base_unit = u.unit
),

-- From here on each cell only looks up what its texts mean: a cell stays one row, and no cell waits for another.
united as (
    select
        r.document_id, r.file_path, r.cell_address, r.row_no, r.column_no, r.place_text, r.indicator_text, r.period_text,
        r.value_text, r.unit_text, r.note_text, r.published_on,
        split_part(r.file_path, '/', 1) as source,
        coalesce(r.status_text, 'unknown') as status_name,
        p.period, p.period_start, p.period_end,
        l.place_code,
        l.is_of_other_times as is_place_of_other_times,
        l.suggestion as place_suggestion,
        i.indicator_code as only_indicator_code,
        i.meanings,
        i.is_of_other_times as is_indicator_of_other_times,
        i.suggestion as indicator_suggestion,
        i.unit_in_name,
        us.unit_said,
        v.* exclude (value_text, is_missing, qualifier),
        coalesce(v.is_missing, false) as is_missing,
        coalesce(v.qualifier, 'exact') as qualifier,
        -- The unit printed in the cell wins over the unit of the column.
        coalesce(us.unit_said, i.unit_in_name) as unit_name,
        case
            when v.cell_unit = '' then unit_name
            when v.cell_unit in ('万', '亿') and starts_with(unit_name, v.cell_unit) then unit_name
            when v.cell_unit in ('万', '亿') then v.cell_unit || unit_name
            else v.cell_unit
        end as unit_as_printed
    from {{ source('raw', 'statistic') }} as r
    left join period_said as p on r.period_text = p.period_text
    left join place_meant as l on r.place_text = l.place_text and r.period_text is not distinct from l.period_text
    left join indicator_meant as i on r.indicator_text = i.indicator_text
    left join unit_said as us on r.unit_text = us.unit_text
    left join value_said as v on r.value_text = v.value_text
),

named as (
    select
        n.*,
        u.dimension as printed_dimension,
        u.factor as printed_unit_factor,
        u.nearest as unit_suggestion,
        coalesce(
            n.only_indicator_code,
            list_filter(
                n.meanings, lambda m:
                (m.source is null or m.source = n.source)
                and (m.dimension is null or m.dimension = u.dimension)
                and (m.valid_from is null or m.valid_from <= n.period_end)
                and (m.valid_to is null or m.valid_to >= n.period_end)
            )[1].indicator_code
        ) as name_indicator_code,
        st.status,
        st.status_rank
    from united as n
    left join unit_meant as u on n.unit_as_printed = u.unit
    left join {{ ref('status') }} as st on n.status_name = st.status_text
),

-- A rule for all places goes before one for a place.
ruled as (
    select
        n.*,
        coalesce(a.to_indicator_code, o.to_indicator_code, n.name_indicator_code) as indicator_code,
        case
            when coalesce(a.to_indicator_code, o.to_indicator_code) is not null then n.name_indicator_code
        end as reclassified_from,
        coalesce(a.kind, o.kind) as reclassified_for
    from named as n
    left join rule_of_year as a
        on
            a.place_code = '*'
            and n.source = a.source
            and n.name_indicator_code = a.indicator_code
            and n.period = a.period
            and coalesce(n.status, '') = a.status
    left join rule_of_year as o
        on
            n.place_code = o.place_code
            and n.source = o.source
            and n.name_indicator_code = o.indicator_code
            and n.period = o.period
            and coalesce(n.status, '') = o.status
),

converted as (
    select
        n.* exclude (number_value, low, high, qualifier, is_fraction, meanings),
        b.* exclude (indicator_code),
        c.correction_id,
        c.action as correction_action,
        c.reason_zh as correction_reason_zh,
        c.reason_en as correction_reason_en,
        coalesce(c.is_overridden, false) as is_overridden,
        coalesce(c.unit_factor, n.printed_unit_factor) as unit_factor,
        coalesce(c.dimension, n.printed_dimension) as dimension,
        coalesce(c.factor, 1.0) * coalesce(c.unit_factor, n.printed_unit_factor) / b.base_factor as to_base,
        case when c.is_overridden then 'exact' else n.qualifier end as qualifier,
        case when c.is_overridden then c.number_value else n.number_value end as number_value,
        case when c.is_overridden then c.low else n.low end as low,
        case when c.is_overridden then c.high else n.high end as high,
        case when c.is_overridden then c.is_fraction else n.is_fraction end as is_fraction,
        case
            when c.action in ('override', 'scale') and not n.has_no_number
                then n.number_value * n.printed_unit_factor / b.base_factor
        end as value_before_correction
    from ruled as n
    left join correction_meant as c
        on
            n.source = c.source
            and n.place_code = c.place_code
            and coalesce(n.reclassified_from, n.indicator_code) = c.indicator_code
            and n.period = c.period
            and trim(n.value_text) = c.expect
    left join base as b on n.indicator_code = b.indicator_code
),

judged as (
    select
        *,
        {{ significant('number_value * to_base') }} as value,
        case
            when is_missing then null
            when (has_no_number and not is_overridden) or number_value is null then 'text_for_number'
            when is_heading and not is_overridden then 'text_for_number'
            -- Money over money is two figures; only a share of one is said as a fraction.
            when is_fraction and (dimension <> 'ratio' or unit_factor <> 1) then 'not_one_number'
            when has_unknown_prefix and not is_overridden then 'unknown_qualifier'
            when contradicts_itself then 'unknown_qualifier'
            when coalesce(period_start > period_end, true) then 'unknown_period'
            when trim(published_on) <> '' and {{ known_by('published_on') }} is null then 'unknown_date'
            when place_code is null then 'unknown_place'
            when dimension is null and regexp_matches(cell_unit, '\d') then 'not_one_number'
            when dimension is null then 'unknown_unit'
            when unit_said <> unit_in_name then 'unit_at_odds'
            when indicator_code is null then 'unknown_indicator'
            when dimension <> base_dimension then 'unit_of_other_kind'
            when status is null then 'unknown_status'
            when number_value * to_base not between min_value and max_value then 'out_of_range'
        end as rule
    from converted
),

told as (
    select
        *,
        case
            when rule = 'unknown_place' and is_place_of_other_times then 'name_not_valid_in_period'
            when rule = 'unknown_indicator' and is_indicator_of_other_times then 'name_not_valid_in_period'
            else rule
        end as reject_rule,
        case rule
            when 'unknown_place' then place_suggestion
            when 'unknown_indicator' then indicator_suggestion
            when 'unknown_unit' then unit_suggestion
        end as suggestion
    from judged
)

select
    document_id,
    file_path,
    source,
    cell_address,
    row_no,
    column_no,
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
        when 'unknown_date' then 'the day of publication is not known: ' || published_on
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
    end as reject_reason,
    case reject_rule
        when 'text_for_number' then 'correct the cell, or delete the row if the source prints no figure'
        when 'not_one_number' then 'write one number in the cell; a range or a second figure needs a row of its own'
        when 'unknown_qualifier' then 'correct the cell, or add the word to seeds/qualifier.csv'
        when 'unknown_place' then 'correct the name, or add it to seeds/place_alias.csv'
        when 'name_not_valid_in_period' then 'use the name of that time, or correct its dates in the seed'
        when 'unknown_period' then 'write the period as 2022, 2021H1, 2021Q1-Q3, 2023M01-M11 or 2022-06-30'
        when 'unknown_date' then 'write the day of publication as 2025-03-20, 2025-03 or 2025'
        when 'unknown_unit' then 'correct the unit, or add it to seeds/unit.csv'
        when 'unit_at_odds' then 'correct the unit of the column or that in the name'
        when 'unknown_indicator' then 'correct the name, or add it to seeds/indicator_alias.csv'
        when 'unit_of_other_kind' then 'correct the unit or the indicator'
        when 'unknown_status' then 'write 初步数, 最终数, 修订数 or 未注明'
        when 'out_of_range' then 'check value and unit against the source; widen the range in seeds/indicator.csv if right'
    end as reject_remedy,
    suggestion
from told
