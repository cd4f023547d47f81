-- Every row of the registers that seeds/register.csv declares, read by the roles that seeds/register_column.csv gives
-- to its columns: what it is, where, of which class, since when, how much. What cannot be read keeps its row with the
-- first rule it fails; nothing is guessed. Places are resolved as they were named on the day that the row speaks of; one
-- without a day by the names that still hold.
with entry as (
    select
        g.*,
        c.file_path,
        c.row_no,
        any_value(c.document_id) as document_id,
        any_value(c.url) as source_url,
        coalesce(
            min(c.cell_address) filter (where r.role = 'entry'), arg_min(c.cell_address, c.column_no)
        ) as cell_address,
        map_from_entries(
            list(distinct struct_pack(k := c.column_name, v := c.text)) filter (where c.text is not null)
        ) as attributes,
        list(c.text order by c.column_no)::varchar as whole_row,
        {{ text_of_each_role() }}
    from {{ source('raw', 'register_cell') }} as c
    inner join {{ ref('register') }} as g on c.register_name = g.register_name
    left join {{ ref('register_column') }} as r on c.register_name = r.register_name and c.column_name = r.column_name
    group by all
),

said as (
    select
        *,
        {{ what_is_said(['place', 'to_place', 'class', 'date', 'value']) }},
        regexp_extract({{ half_width('place_text') }}, '\(([^()]*)\)', 1) as place_detail,
        regexp_extract({{ half_width('to_place_text') }}, '\(([^()]*)\)', 1) as to_place_detail
    from entry
),

dated as (
    select
        *,
        {{ dates_in('date_said') }} as dates,
        {{ dates_in('valid_from_text') }} as from_dates,
        {{ dates_in('valid_to_text') }} as to_dates,
        {{ dates_in('version_text') }} as version_dates
    from said
),

spanned as (
    select
        * exclude (from_dates, to_dates, version_dates),
        case
            when not regexp_matches(date_said, '\bbefore\b|\bor earlier\b|以前|之前') then {{ first_day_of('dates[1]') }}
        end as date_from,
        case
            when not regexp_matches(date_said, '\bor later\b|\bafter\b|以后|之后') then {{ last_day_of('dates[-1]') }}
        end as date_to,
        {{ first_day_of('from_dates[1]') }} as valid_from,
        {{ last_day_of('to_dates[-1]') }} as valid_to,
        {{ last_day_of('version_dates[-1]') }} as version_date
    from dated
),

place_name as (
    {{ place_names() }}
),

place_said as (
    select distinct text, said, day
    from (
        select place_text as text, place_said as said, coalesce(date_to, valid_to, date_from) as day from spanned
        union all
        select to_place_text, to_place_said, coalesce(date_to, valid_to, date_from) from spanned
    ) as end_of_link
    where said is not null
),

-- The whole text is a name (上海(松江)), or what stands before a bracket is (松江 (九亭)), or it lists several.
place_piece as (
    select text, day, 0 as attempt, 1 as piece_no, 1 as pieces, {{ name_key('text') }} as key from place_said
    union all
    select text, day, 1, 1, 1, {{ name_key('said') }} from place_said
    union all
    select
        text, day, 2, generate_subscripts(names, 1), len(names),
        unnest(list_transform(names, lambda x: {{ name_key('x') }}))
    from (select text, day, regexp_split_to_array(said, '\s*[+、;,/&-]\s*') as names from place_said) as listed
),

place_read as (
    select
        p.text,
        p.day,
        p.attempt,
        list(n.place_code order by p.piece_no) as codes
    from place_piece as p
    inner join place_name as n
        on
            p.key = n.key
            and (n.valid_from is null or coalesce(p.day, date '9999-12-31') >= n.valid_from)
            and (n.valid_to is null or coalesce(p.day, date '9999-12-31') <= n.valid_to)
    group by p.text, p.day, p.attempt
    having count(distinct p.piece_no) = any_value(p.pieces)
    qualify row_number() over (partition by p.text, p.day order by p.attempt) = 1
),

valued as (
    select
        s.*,
        p.codes as place_codes,
        -- Places that deal with each other stand at both ends.
        coalesce(t.codes, case when regexp_full_match(lower(s.to_place_said), 'each other|彼此|相互') then p.codes end)
            as to_place_codes,
        {{ ungrouped(bare_text('s.value_said')) }} as narrowed,
        {{ without_brackets('s.unit_text') }} as unit_said,
        lower(trim(regexp_extract({{ half_width('s.unit_text') }}, '\(([^()]*)\)', 1))) as unit_remark
    from spanned as s
    left join place_read as p
        on s.place_text = p.text and coalesce(s.date_to, s.valid_to, s.date_from) is not distinct from p.day
    left join place_read as t
        on s.to_place_text = t.text and coalesce(s.date_to, s.valid_to, s.date_from) is not distinct from t.day
),

parts as (
    {{ value_in_parts('valued') }}
),

qualified as (
    {{ value_qualified('parts', 'cell_address', positions=['prefix', 'target'], remark='unit_remark') }}
),

classed as (
    select
        q.* exclude (number_value),
        -- 20万人 under 万人/年 is in 万人/年.
        case when q.cell_unit = '' or starts_with(q.unit_said, q.cell_unit) then q.unit_said else q.cell_unit end as unit,
        case when q.number_text is not null then q.number_value end as value,
        {{ printed_low('qualifier', 'number_value', 'half_unit', 'step', 'is_fraction', 'denominator') }} as low,
        {{ printed_high('qualifier', 'number_value', 'half_unit', 'step', 'is_fraction', 'denominator') }} as high,
        case when q.classes = 'open' then q.class_said else c.class_code end as class_code,
        coalesce(c.may_loop, false) as may_loop,
        coalesce(len(q.place_codes), 0) as places_named,
        coalesce(len(q.to_place_codes), 0) as to_places_named,
        {{ dates_in('q.target_year_text') }}[1] as target_year
    from qualified as q
    left join {{ ref('register_class') }} as c
        on q.register_name = c.register_name and regexp_full_match(q.class_said, c.pattern)
    qualify row_number() over (partition by q.cell_address order by c.sort_no) = 1
),

-- Rows of a file that say what an earlier one said: the whole of it, or what the register has once only.
repeated as (
    select
        *,
        row_number() over (partition by register_name, file_path, whole_row order by row_no) as times_said,
        row_number() over (
            partition by register_name, file_path, {{ texts_listed_in('unique_by', {
                'entry': 'entry_text', 'place': 'place_text', 'to_place': 'to_place_text', 'class': 'class_text',
                'metric': 'metric_text', 'batch': 'batch_text', 'date': 'date_text', 'version': 'version_text',
                'target_year': 'target_year_text'
            }) }}
            order by row_no
        ) as times_key_said
    from classed
),

judged as (
    select
        c.*,
        case
            when c.places_named = 0 and c.place_said is not null then c.place_text else c.to_place_text
        end as unknown_place_text,
        case
            when c.entry_text is null and c.metric_text is null and c.place_text is null then 'entry_missing'
            when c.place_said is not null and c.places_named = 0 and c.places <> 'none' then 'unknown_place'
            when c.to_place_said is not null and c.to_places_named = 0 and c.to_places <> 'none' then 'unknown_place'
            when c.places in ('one', 'many') and c.place_said is null then 'unknown_place'
            when c.to_places in ('one', 'many') and c.to_place_said is null then 'unknown_place'
            when c.places in ('one', 'optional') and c.places_named > 1 then 'several_places'
            when c.to_places in ('one', 'optional') and c.to_places_named > 1 then 'several_places'
            when
                c.places_named = 1 and c.place_codes = c.to_place_codes
                and not c.may_loop and p.place_kind not in ('area', 'corridor')
                then 'link_to_itself'
            when c.classes in ('required', 'optional') and c.class_said is not null and c.class_code is null then 'unknown_class'
            when c.classes in ('required', 'open') and c.class_said is null then 'unknown_class'
            when c.date_said is not null and c.date_from is null and c.date_to is null then 'unknown_period'
            when c.valid_from_text is not null and c.valid_from is null then 'unknown_period'
            when c.valid_to_text is not null and c.valid_to is null then 'unknown_period'
            when c.target_year_text is not null and coalesce(length(c.target_year), 0) <> 4 then 'unknown_period'
            when coalesce(c.valid_to < coalesce(c.valid_from, c.date_from), c.date_to < c.date_from, false)
                then 'ends_before_it_begins'
            when c.has_value and c.value_said is null then 'value_missing'
            when c.value_said is not null and (c.number_text is null or regexp_matches(c.tail_text, '\d')) then 'text_for_number'
            when c.value_said is not null and c.has_unknown_prefix then 'unknown_qualifier'
            when c.times_said > 1 or (c.unique_by <> '' and c.times_key_said > 1) then 'entered_twice'
        end as reject_rule
    from repeated as c
    left join {{ ref('place') }} as p on c.place_codes[1] = p.place_code
)

select
    register_name,
    file_path,
    row_no,
    document_id,
    cell_address,
    source_url,
    coalesce(entry_text, metric_text, concat_ws(' – ', place_text, to_place_text)) as entry,
    place_text,
    case when places_named = 1 then place_codes[1] end as place_code,
    place_codes,
    nullif(place_detail, '') as place_detail,
    to_place_text,
    case when to_places_named = 1 then to_place_codes[1] end as to_place_code,
    to_place_codes,
    nullif(to_place_detail, '') as to_place_detail,
    class_text,
    class_code,
    subclass_text,
    field_text,
    metric_text,
    value_text as value_as_printed,
    value,
    case when value is not null and qualifier <> 'at_most' then {{ significant('low') }} end as value_low,
    case when value is not null and qualifier <> 'at_least' then {{ significant('high') }} end as value_high,
    qualifier,
    unit_text as unit_as_printed,
    case when value is not null then nullif(unit, '') end as unit,
    batch_text as batch,
    date_text,
    date_from,
    date_to,
    valid_from,
    valid_to,
    try_cast(target_year as integer) as target_year,
    version_text,
    version_date,
    status_text,
    evidence_text as evidence,
    attributes,
    reject_rule,
    case reject_rule
        when 'entry_missing' then 'the row names nothing'
        when 'unknown_place'
            then
                'the place is not known: '
                || coalesce({{ seen('unknown_place_text') }}, '(empty)')
        when 'several_places'
            then
                'the row names several places where it has one: '
                || {{ seen("concat_ws(' – ', place_text, to_place_text)") }}
        when 'link_to_itself' then 'the link leads from a place to itself: ' || {{ seen('place_text') }}
        when 'unknown_class' then 'the class is not known: ' || coalesce({{ seen('class_text') }}, '(empty)')
        when 'unknown_period'
            then
                'a date cannot be read: '
                || {{ seen("concat_ws(', ', date_text, valid_from_text, valid_to_text, target_year_text)") }}
        when 'ends_before_it_begins'
            then 'it ends before it begins: ' || concat_ws(' to ', coalesce(valid_from, date_from), coalesce(valid_to, date_to))
        when 'value_missing' then 'the row has no value'
        when 'text_for_number' then 'the value is not one plain number: ' || {{ seen('value_text') }}
        when 'unknown_qualifier' then 'the words before the number are not known: ' || {{ seen('value_text') }}
        when 'entered_twice' then 'an earlier row of the file has the same ' || replace(coalesce(unique_by, 'cells'), ' ', ', ')
    end as reject_reason,
    case reject_rule
        when 'entry_missing' then 'name the thing, or delete the row'
        when 'unknown_place' then 'correct the name, or add it to seeds/place.csv or place_alias.csv'
        when 'several_places' then 'give each place a row of its own'
        when 'link_to_itself' then 'correct one end; what stays within a place is no link'
        when 'unknown_class' then 'correct it, or add its wording to seeds/register_class.csv'
        when 'unknown_period' then 'write dates as 2022, 2022-06 or 2022-06-30'
        when 'ends_before_it_begins' then 'correct one of the two dates'
        when 'value_missing' then 'enter the value, or delete the row'
        when 'text_for_number' then 'write one plain number; words belong into another column'
        when 'unknown_qualifier' then 'correct the cell, or add the word to seeds/qualifier.csv'
        when 'entered_twice' then 'delete the row that is too many'
    end as reject_remedy
from judged
