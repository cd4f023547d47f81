{#- Events between places, one row each, as stg_event describes them. `events`: rows in the columns of raw.event.
    Day, places and amount are read by the same seeds as every figure; what cannot be read keeps its row with the first
    rule it fails. Nothing is parsed row by row: days, places and amounts repeat, and each text is taken apart once. -#}
{% macro event_read(events) %}
with kind as (
    select event as event_kind, any_value(unit) filter (where event_value = 'amount') as amount_unit
    from {{ ref('link_measure') }}
    where event is not null
    group by event
),

place_name as (
    {{ place_names() }}
),

-- Days from which on other names hold. Between two of them every name means the same place.
turn as (
    select valid_from as day from place_name where valid_from is not null
    union
    select valid_to + 1 from place_name where valid_to is not null
),

period_said as (
    select *, case when period_end is not null then (select count(*) from turn as t where t.day <= s.period_end) end as era
    from (
        select t.on_text, t.period, {{ period_end('t.period') }} as period_end
        from (
            select k.on_text, regexp_replace(k.period_key, w.pattern, w.code) as period
            from (
                select on_text, {{ period_key('on_text') }} as period_key
                from (select distinct on_text from {{ events }} where on_text is not null)
            ) as k
            inner join {{ ref('period_wording') }} as w on regexp_full_match(k.period_key, w.pattern)
            qualify row_number() over (partition by k.on_text order by w.priority) = 1
        ) as t
    ) as s
),

dated as (
    select
        e.row_no,
        e.file_path,
        e.event_kind,
        e.event_id,
        e.from_text,
        e.to_text,
        e.parties_text,
        e.separator,
        e.amount_text,
        e.unit_text,
        p.period,
        p.period_end,
        coalesce(p.era, -1) as era
    from {{ events }} as e
    left join period_said as p on e.on_text = p.on_text
),

named as (
    select
        *,
        row_number() over () as ends_id,
        from_text is not null or to_text is not null as is_directed,
        case
            when from_text is not null or to_text is not null then [from_text, to_text]
            when parties_text is not null
                then list_filter(string_split(parties_text, separator), lambda said: trim(said) <> '')
            else [null]
        end as ends_said
    from (
        select from_text, to_text, parties_text, separator, era, any_value(period_end) as period_end
        from dated
        group by from_text, to_text, parties_text, separator, era
    ) as d
),

end_said as (
    select ends_id, era, unnest(ends_said) as said, generate_subscripts(ends_said, 1) as end_no from named
),

-- Each name as it was meant between two turns: any day of an era tells.
name_said as (
    select said, era, any_value(period_end) as period_end, {{ name_key('said') }} as key,
        {{ name_key(without_brackets('said')) }} as bare_key
    from (select unnest(ends_said) as said, era, period_end from named) as n
    where said is not null
    group by said, era
),

name_read as (
    select s.said, s.era, coalesce(n.place_code, b.place_code) as place_code
    from name_said as s
    left join place_name as n
        on
            s.key = n.key
            and (n.valid_from is null or s.period_end >= n.valid_from)
            and (n.valid_to is null or s.period_end <= n.valid_to)
    left join place_name as b
        on
            n.key is null and s.bare_key = b.key
            and (b.valid_from is null or s.period_end >= b.valid_from)
            and (b.valid_to is null or s.period_end <= b.valid_to)
),

place_read as (
    select
        e.ends_id,
        max(n.place_code) filter (where e.end_no = 1) as first_code,
        max(n.place_code) filter (where e.end_no = 2) as second_code,
        list(n.place_code) as codes,
        count(*) filter (where n.place_code is null) as unknown_ends,
        arg_min(coalesce(e.said, '(empty)'), e.end_no) filter (where n.place_code is null) as unknown_end
    from end_said as e
    left join name_read as n on e.said = n.said and e.era = n.era
    group by e.ends_id
),

placed as (
    select
        n.from_text, n.to_text, n.parties_text, n.separator, n.era, n.is_directed, p.unknown_ends, p.unknown_end,
        case
            when p.unknown_ends > 0 then null
            when n.is_directed then [p.first_code, p.second_code]
            else list_sort(list_distinct(p.codes))
        end as place_codes
    from named as n
    inner join place_read as p on n.ends_id = p.ends_id
),

-- Amounts by their text, unit and kind of event.
amount_said as (
    select
        row_number() over () as amount_id,
        d.*,
        {{ ungrouped(bare_text('d.amount_text')) }} as narrowed,
        regexp_replace(replace({{ half_width('d.unit_text') }}, ' ', ''), '^\((.*)\)$', '\1') as unit_said
    from (
        select amount_text, unit_text, event_kind
        from dated
        where amount_text is not null
        group by amount_text, unit_text, event_kind
    ) as d
),

parts as (
    {{ value_in_parts('amount_said') }}
),

qualified as (
    {{ value_qualified('parts', 'amount_id') }}
),

united as (
    select
        q.*,
        -- 万 alone belongs before the unit of the column.
        case
            when q.cell_unit = '' or starts_with(q.unit_said, q.cell_unit) then q.unit_said
            when q.cell_unit in ('万', '亿') then q.cell_unit || q.unit_said
            else q.cell_unit
        end as unit_as_printed
    from qualified as q
),

amount_read as (
    select
        u.amount_text,
        u.unit_text,
        u.event_kind,
        u.unit_as_printed,
        u.qualifier,
        u.number_value,
        n.factor / b.factor as to_base,
        {{ printed_low('u.qualifier', 'u.number_value', 'u.half_unit', 'u.step', 'u.is_fraction', 'u.denominator') }} as low,
        {{ printed_high('u.qualifier', 'u.number_value', 'u.half_unit', 'u.step', 'u.is_fraction', 'u.denominator') }} as high,
        case
            when k.amount_unit is null then null
            when u.number_text is null then 'text_for_number'
            when regexp_matches(u.tail_text, '\d') then 'not_one_number'
            when u.has_unknown_prefix then 'unknown_qualifier'
            when n.dimension is null then 'unknown_unit'
            when n.dimension <> b.dimension then 'unit_of_other_kind'
            when u.number_value < 0 then 'out_of_range'
        end as amount_fault
    from united as u
    left join kind as k on u.event_kind = k.event_kind
    left join {{ ref('unit') }} as n on u.unit_as_printed = n.unit
    left join {{ ref('unit') }} as b on k.amount_unit = b.unit
),

every as not materialized (
    select
        e.*,
        p.period,
        p.period_end,
        l.is_directed,
        l.place_codes,
        l.unknown_ends,
        l.unknown_end,
        k.amount_unit,
        a.unit_as_printed,
        a.qualifier,
        a.number_value,
        a.to_base,
        a.low,
        a.high,
        -- What is wrong with a row by itself; an amount counts where a measure reads it.
        case
            when k.event_kind is null then 'unknown_event'
            when p.period_end is null then 'unknown_period'
            when l.unknown_ends > 0 then 'unknown_place'
            when l.is_directed and l.place_codes[1] = l.place_codes[2] then 'link_to_itself'
            else a.amount_fault
        end as fault
    from {{ events }} as e
    left join period_said as p on e.on_text = p.on_text
    inner join placed as l
        on
            e.from_text is not distinct from l.from_text
            and e.to_text is not distinct from l.to_text
            and e.parties_text is not distinct from l.parties_text
            and e.separator is not distinct from l.separator
            and coalesce(p.era, -1) = l.era
    left join amount_read as a
        on e.amount_text = a.amount_text and e.unit_text is not distinct from a.unit_text and e.event_kind = a.event_kind
    left join kind as k on e.event_kind = k.event_kind
),

-- Of rows with one number, the first that can be read stands.
entered_twice as (
    select e.file_path, e.event_kind, e.event_id, arg_min(e.row_no, row(e.fault is not null, e.row_no)) as row_that_stands
    from every as e
    inner join (
        select file_path, event_kind, event_id
        from {{ events }}
        where event_id is not null
        group by file_path, event_kind, event_id
        having count(*) > 1
    ) as t
        on e.file_path = t.file_path and e.event_kind = t.event_kind and e.event_id = t.event_id
    group by e.file_path, e.event_kind, e.event_id
),

judged as (
    select
        e.*,
        coalesce(e.fault, case when e.row_no <> t.row_that_stands then 'entered_twice' end) as reject_rule
    from every as e
    left join entered_twice as t
        on e.file_path = t.file_path and e.event_kind = t.event_kind and e.event_id = t.event_id
)

select
    event_kind,
    event_id,
    document_id,
    file_path,
    row_no,
    cell_address,
    cells,
    period,
    period_end,
    year(period_end)::integer as year,
    is_directed,
    place_codes,
    not is_directed and unknown_ends = 0 and len(place_codes) = 1 as is_within_a_place,
    from_name,
    to_name,
    party_names,
    field_text,
    amount_text as amount_as_printed,
    unit_as_printed,
    case when reject_rule is null then {{ significant('number_value * to_base') }} end as amount,
    case when reject_rule is null and qualifier <> 'at_most' then {{ significant('low * to_base') }} end as amount_low,
    case when reject_rule is null and qualifier <> 'at_least' then {{ significant('high * to_base') }} end as amount_high,
    case when amount_text is not null then amount_unit end as unit,
    reject_rule,
    case reject_rule
        when 'unknown_place' then unknown_end
        when 'link_to_itself' then from_text || ' – ' || to_text
        when 'unknown_period' then on_text
        when 'unknown_event' then event_kind
        when 'entered_twice' then event_id
        else amount_text
    end as raw_text,
    case reject_rule
        when 'unknown_event' then 'no measure reads events of the kind ' || event_kind
        when 'unknown_period' then 'the day cannot be read: ' || coalesce({{ seen('on_text') }}, '(empty)')
        when 'unknown_place' then 'the place is not known: ' || {{ seen('unknown_end') }}
        when 'link_to_itself' then 'the link leads from a place to itself: ' || {{ seen("from_text || ' – ' || to_text") }}
        when 'text_for_number' then 'the amount is a text, not a number: ' || {{ seen('amount_text') }}
        when 'not_one_number' then 'the amount is not one number: ' || {{ seen('amount_text') }}
        when 'unknown_qualifier' then 'the words before the amount are not known: ' || {{ seen('amount_text') }}
        when 'unknown_unit' then 'the unit of the amount is not known: ' || coalesce({{ seen('unit_as_printed') }}, '(empty)')
        when 'unit_of_other_kind'
            then 'the amount is in ' || {{ seen('unit_as_printed') }} || ', which is no kind of ' || amount_unit
        when 'out_of_range' then 'the amount is below zero: ' || {{ seen('amount_text') }}
        when 'entered_twice' then 'the file has this event in an earlier row: ' || {{ seen('event_id') }}
    end as reject_reason,
    case reject_rule
        when 'unknown_event' then 'correct event in the card, or add its measure to seeds/link_measure.csv'
        when 'unknown_period' then 'write the day as 2022-06-30, 2022-06 or 2022'
        when 'unknown_place' then 'correct the name, or add it to seeds/place.csv or place_alias.csv'
        when 'link_to_itself' then 'correct one end; what stays within a place is no link'
        when 'unknown_qualifier' then 'correct the cell, or add the word to seeds/qualifier.csv'
        when 'unknown_unit' then 'name the unit in the card, or add it to seeds/unit.csv'
        when 'unit_of_other_kind' then 'correct the unit'
        when 'entered_twice' then 'delete the row that is too many, or correct its number'
        else 'write one plain number; words belong into another column'
    end as reject_remedy
from judged
{% endmacro %}
