-- Events between places, one row each: a contract, a patent with the places of its applicants, a move. Day, places and
-- amount are read by the same seeds as every figure; what cannot be read keeps its row with the first rule it fails.
-- An event whose parties are all of one place is no link and no fault: it is counted as not data.
with kind as (
    select event as event_kind, any_value(unit) filter (where event_value = 'amount') as amount_unit
    from {{ ref('link_measure') }}
    where event is not null
    group by event
),

place_name as (
    {{ place_names() }}
),

-- Texts repeat from row to row: each is taken apart once.
period_said as (
    select t.on_text, regexp_replace(t.period_key, w.pattern, w.code) as period
    from (
        select on_text, {{ period_key('on_text') }} as period_key
        from (select distinct on_text from {{ source('raw', 'event') }} where on_text is not null)
    ) as t
    inner join {{ ref('period_wording') }} as w on regexp_full_match(t.period_key, w.pattern)
    qualify row_number() over (partition by t.on_text order by w.priority) = 1
),

dated as (
    select
        e.*,
        p.period,
        {{ period_end('p.period') }} as period_end,
        e.from_text is not null or e.to_text is not null as is_directed,
        case
            when e.from_text is not null or e.to_text is not null then [e.from_text, e.to_text]
            when e.parties_text is not null
                then list_filter(string_split(e.parties_text, e.separator), lambda said: trim(said) <> '')
            else [null]
        end as ends_said
    from {{ source('raw', 'event') }} as e
    left join period_said as p on e.on_text = p.on_text
),

end_said as (
    select cell_address, period_end, unnest(ends_said) as said, generate_subscripts(ends_said, 1) as end_no from dated
),

end_key as (
    select said, {{ name_key('said') }} as key, {{ name_key(without_brackets('said')) }} as bare_key
    from (select distinct said from end_said where said is not null) as s
),

place_read as (
    select
        e.cell_address,
        list(coalesce(n.place_code, b.place_code) order by e.end_no) as codes,
        count(*) filter (where coalesce(n.place_code, b.place_code) is null) as unknown_ends,
        arg_min(coalesce(e.said, '(empty)'), e.end_no) filter (where coalesce(n.place_code, b.place_code) is null) as unknown_end
    from end_said as e
    left join end_key as k on e.said = k.said
    left join place_name as n
        on
            k.key = n.key
            and (n.valid_from is null or e.period_end >= n.valid_from)
            and (n.valid_to is null or e.period_end <= n.valid_to)
    left join place_name as b
        on
            n.key is null and k.bare_key = b.key
            and (b.valid_from is null or e.period_end >= b.valid_from)
            and (b.valid_to is null or e.period_end <= b.valid_to)
    group by e.cell_address
),

placed as (
    select
        d.* exclude (ends_said),
        p.* exclude (cell_address),
        {{ ungrouped(bare_text('d.amount_text')) }} as narrowed,
        regexp_replace(replace({{ half_width('d.unit_text') }}, ' ', ''), '^\((.*)\)$', '\1') as unit_said
    from dated as d
    inner join place_read as p on d.cell_address = p.cell_address
),

parts as (
    {{ value_in_parts('placed') }}
),

qualified as (
    {{ value_qualified('parts', 'cell_address') }}
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

converted as (
    select
        u.*,
        k.event_kind is not null as is_known_kind,
        k.amount_unit,
        n.dimension,
        b.dimension as base_dimension,
        n.factor / b.factor as to_base,
        {{ printed_low('u.qualifier', 'u.number_value', 'u.half_unit', 'u.step', 'u.is_fraction', 'u.denominator') }} as low,
        {{ printed_high('u.qualifier', 'u.number_value', 'u.half_unit', 'u.step', 'u.is_fraction', 'u.denominator') }} as high
    from united as u
    left join kind as k on u.event_kind = k.event_kind
    left join {{ ref('unit') }} as n on u.unit_as_printed = n.unit
    left join {{ ref('unit') }} as b on k.amount_unit = b.unit
),

-- What is wrong with a row by itself; an amount counts where a measure reads it.
faulty as (
    select
        *,
        case
            when not is_known_kind then 'unknown_event'
            when period_end is null then 'unknown_period'
            when unknown_ends > 0 then 'unknown_place'
            when is_directed and codes[1] = codes[2] then 'link_to_itself'
            when amount_text is null or amount_unit is null then null
            when number_text is null then 'text_for_number'
            when regexp_matches(tail_text, '\d') then 'not_one_number'
            when has_unknown_prefix then 'unknown_qualifier'
            when dimension is null then 'unknown_unit'
            when dimension <> base_dimension then 'unit_of_other_kind'
            when number_value < 0 then 'out_of_range'
        end as fault
    from converted
),

-- Of rows with one number, the first that can be read stands.
judged as (
    select
        *,
        coalesce(
            fault,
            case
                when
                    event_id is not null
                    and row_number() over (
                        partition by file_path, event_kind, event_id order by fault is not null, row_no
                    ) > 1
                    then 'entered_twice'
            end
        ) as reject_rule
    from faulty
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
    case
        when unknown_ends > 0 then null
        when is_directed then codes
        else list_sort(list_distinct(codes))
    end as place_codes,
    not is_directed and unknown_ends = 0 and len(list_distinct(codes)) = 1 as is_within_a_place,
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
