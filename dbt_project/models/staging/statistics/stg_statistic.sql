-- Every landed figure with the verdict on it: refused by the rule it fails, doubted, or taken as it is.
-- A figure is judged against the others of its series. One off by a thousand times or more, where dividing by a
-- power of ten makes it fit, was printed or copied in another unit: refused, with both readings. One that moves
-- more in a year than its indicator ever plausibly does, or that its own document contradicts, lands with the doubt
-- written beside it. Boundary changes and changes of counting rule excuse a jump.
-- Most years of most series raise no question: their lowest and highest figure tell. Only where they do not are
-- figures compared one with another, equal ones once, so that ten vintages cost no hundred comparisons.
-- No source prints one figure so often. Counted by a number made of the names: to count each would take a row for
-- nearly every figure, and what shares a number by chance is counted rightly afterwards.
with crowd as (
    select hash(file_path, place_code, indicator_code, period) % 4194304 as bucket
    from {{ ref('stg_printed_figure') }}
    where place_code is not null and indicator_code is not null
    group by bucket
    having count(*) > {{ most_printings() }}
),

printed_too_often as (
    select cell_address
    from {{ ref('stg_printed_figure') }}
    where
        place_code is not null
        and indicator_code is not null
        and hash(file_path, place_code, indicator_code, period) % 4194304 in (select c.bucket from crowd as c)
    qualify
        row_number() over (
            partition by file_path, place_code, indicator_code, period order by row_no, column_no, cell_address
        ) > {{ most_printings() }}
        and reject_rule is null
        and not is_missing
),

-- The year is that in which a figure is compared with others of its series; null for one that is not.
figure as not materialized (
    select
        f.* exclude (reject_rule),
        case when o.cell_address is not null then 'printed_too_often' else f.reject_rule end as reject_rule,
        case
            when
                coalesce(f.reject_rule, 'out_of_range') = 'out_of_range'
                and o.cell_address is null
                and not f.is_missing
                and f.period_kind = 'year'
                and f.value > 0
                and f.max_yearly_factor is not null
                and coalesce(f.correction_action, '') not in ('drop', 'flag')
                then year(f.period_end)
        end as year
    from {{ ref('stg_printed_figure') }} as f
    left join printed_too_often as o on f.cell_address = o.cell_address
),

-- The lowest and the highest figure of each year, all and those in range.
series_year as (
    select
        place_code, indicator_code, year,
        min(max_yearly_factor) as max_yearly_factor,
        min(value) as lowest,
        max(value) as highest,
        min(value) filter (where reject_rule is null) as lowest_in_range,
        max(value) filter (where reject_rule is null) as highest_in_range
    from figure
    where year is not null
    group by place_code, indicator_code, year
),

-- A series starts afresh where a boundary or a counting rule changes.
fresh_start as (
    select y.place_code, y.indicator_code, y.year, count(*) as segment
    from series_year as y
    inner join {{ ref('series_break') }} as b
        on y.place_code = b.place_code and b.indicator_code in ('*', y.indicator_code) and y.year >= b.first_year
    group by y.place_code, y.indicator_code, y.year
),

span as (
    select y.*, coalesce(s.segment, 0) as segment
    from series_year as y
    left join fresh_start as s
        on y.place_code = s.place_code and y.indicator_code = s.indicator_code and y.year = s.year
),

-- Only where figures of ten years either way lie 316 times apart can one of them have slipped by a thousand.
torn_year as (
    select place_code, indicator_code, segment, year
    from span
    where
        (place_code, indicator_code, segment) in (
            select (s.place_code, s.indicator_code, s.segment) from span as s
            group by s.place_code, s.indicator_code, s.segment
            having log10(max(s.highest) / min(s.lowest)) >= 2.5
        )
    window
        around as (
            partition by place_code, indicator_code, segment order by year range between 10 preceding and 10 following
        )
    qualify
        log10(max(highest) over around / lowest) >= 2.5
        or log10(highest / min(lowest) over around) >= 2.5
),

-- Where all of a year agrees with the lowest figure of the year before, or all with the highest, nothing jumps.
jumping_year as (
    select place_code, indicator_code, segment, year
    from (
        select
            *,
            year - lag(year) over series as years,
            lag(lowest_in_range) over series as lowest_before,
            lag(highest_in_range) over series as highest_before
        from span
        where lowest_in_range is not null
        window series as (partition by place_code, indicator_code, segment order by year)
    ) as y
    where
        years <= 3
        and not (
            abs(log10(lowest_in_range / lowest_before)) <= {{ decades_allowed('years', 'max_yearly_factor') }}
            and abs(log10(highest_in_range / lowest_before)) <= {{ decades_allowed('years', 'max_yearly_factor') }}
        )
        and not (
            abs(log10(lowest_in_range / highest_before)) <= {{ decades_allowed('years', 'max_yearly_factor') }}
            and abs(log10(highest_in_range / highest_before)) <= {{ decades_allowed('years', 'max_yearly_factor') }}
        )
),

-- The years in question, and how many years back and ahead their figures are compared. What a slip leaves of the
-- year before is known once it is found, so that every year of a torn series is in question.
asked as (
    select place_code, indicator_code, segment, year, max(back) as back, max(ahead) as ahead
    from (
        select *, 10 as back, 10 as ahead from torn_year
        union all
        select *, 3, 0 from jumping_year
        union all
        select place_code, indicator_code, segment, year, 3, 0 from span
        where
            (place_code, indicator_code, segment) in (
                select (t.place_code, t.indicator_code, t.segment) from torn_year as t
            )
    ) as q
    group by place_code, indicator_code, segment, year
),

-- Figures of one year that say the same are one level, printed so often.
level as (
    select
        f.place_code, f.indicator_code, s.segment, s.year, f.value,
        f.reject_rule is null as is_in_range,
        s.max_yearly_factor,
        count(*) as printings
    from figure as f
    inner join span as s on f.place_code = s.place_code and f.indicator_code = s.indicator_code and f.year = s.year
    semi join asked as a on s.place_code = a.place_code and s.indicator_code = a.indicator_code and s.segment = a.segment
    group by all
),

numbered as (
    select *, row_number() over () as level_no from level
),

-- Each level beside its neighbours of the same series.
pair as (
    select
        a.level_no,
        b.level_no as other_no,
        b.printings - (a.level_no = b.level_no)::integer as printings,
        b.year <= a.year as is_earlier,
        a.year - b.year as years,
        log10(a.value / b.value) as decades,
        {{ decades_allowed('a.year - b.year', 'a.max_yearly_factor') }} as allowed,
        struct_pack(year := b.year, value := b.value) as other
    from numbered as a
    inner join asked as q
        on
            a.place_code = q.place_code
            and a.indicator_code = q.indicator_code
            and a.segment = q.segment
            and a.year = q.year
    inner join (select unnest(range(-10, 11)) as years) as o on o.years between -q.ahead and q.back
    inner join numbered as b
        on
            a.place_code = b.place_code
            and a.indicator_code = b.indicator_code
            and a.segment = b.segment
            and a.year - o.years = b.year
            and b.is_in_range
),

read_both_ways as (
    select
        *,
        abs(decades) <= allowed as agrees,
        abs(round(decades)) >= 3 and abs(decades - round(decades)) <= allowed as slips
    from pair
    where printings > 0
),

vote as (
    select
        level_no,
        coalesce(sum(printings) filter (where is_earlier and agrees), 0) as earlier_for,
        coalesce(sum(printings) filter (where is_earlier and slips), 0) as earlier_against,
        coalesce(sum(printings) filter (where not is_earlier and agrees), 0) as later_for,
        coalesce(sum(printings) filter (where not is_earlier and slips), 0) as later_against,
        -- The nearest year is told, the earlier of two; what decides ties keeps the message the same in every run.
        arg_min(other, (abs(years), not is_earlier, other.value)) filter (where slips) as slip_reference
    from read_both_ways
    group by level_no
),

power_vote as (
    select level_no, arg_max(power, (printings, -abs(power), power)) as power
    from (
        select level_no, round(decades) as power, sum(printings) as printings
        from read_both_ways
        where slips
        group by level_no, power
    ) as p
    group by level_no
),

slipped as (
    select v.level_no, p.power, v.slip_reference
    from vote as v
    inner join power_vote as p on v.level_no = p.level_no
    where
        case
            when v.earlier_for + v.earlier_against > 0
                then v.earlier_against > v.earlier_for and not (v.earlier_against = 1 and v.later_for >= 2)
            else v.later_against >= 2 and v.later_for = 0
        end
),

-- The nearest earlier year decides whether a change is plausible; one agreeing printing is enough.
move as (
    select
        level_no,
        arg_min(agrees, 2 * years + (not agrees)::integer) as is_plausible,
        arg_min(other, (2 * years + (not agrees)::integer, other.value)) as reference
    from read_both_ways
    where years between 1 and 3 and other_no not in (select s.level_no from slipped as s)
    group by level_no
),

-- What was found, a row each series: of series the planner sees that they are fewer than figures.
found as (
    select
        n.place_code,
        n.indicator_code,
        map_from_entries(list(row(
            struct_pack(year := n.year, value := n.value, is_in_range := n.is_in_range),
            struct_pack(
                power := s.power,
                slip_reference := s.slip_reference,
                jump_reference := case when not m.is_plausible then m.reference end
            )
        ))) as at_level
    from numbered as n
    left join slipped as s on n.level_no = s.level_no
    left join move as m on n.level_no = m.level_no
    where s.power is not null or not m.is_plausible
    group by n.place_code, n.indicator_code
),

-- Parts and whole of an accounting identity as one document prints them.
part as (
    select
        f.document_id,
        f.place_code,
        f.period,
        i.identity,
        any_value(i.whole_code) as whole_code,
        sum(f.closed_low) as parts_low,
        sum(f.closed_high) as parts_high
    from figure as f
    inner join {{ ref('identity') }} as i on f.indicator_code = i.part_code
    inner join (
        select n.identity, count(*) as parts from {{ ref('identity') }} as n
        group by n.identity
    ) as c on i.identity = c.identity
    where f.reject_rule is null and not f.is_missing and coalesce(f.correction_action, '') <> 'drop'
    group by f.document_id, f.place_code, f.period, i.identity
    having count(distinct f.indicator_code) = count(*) and count(*) = any_value(c.parts)
),

broken_whole as (
    select
        w.cell_address, w.indicator_code, w.value_as_printed, w.unit_as_printed, w.unit, p.*
    from part as p
    inner join figure as w
        on
            p.document_id = w.document_id
            and p.place_code = w.place_code
            and p.period = w.period
            and p.whole_code = w.indicator_code
    where
        w.reject_rule is null
        and not w.is_missing
        and coalesce(w.correction_action, '') not in ('drop', 'flag')
        -- Sources round each part by itself; half a thousandth of the whole covers what they lose.
        and (
            p.parts_low > w.closed_high + 0.0005 * w.value
            or p.parts_high < w.closed_low - 0.0005 * w.value
        )
),

broken as (
    select cell_address, min(identity) as identity, min(told) as told
    from (
        select
            w.cell_address,
            w.identity,
            any_value(w.indicator_code || ' ' || w.value_as_printed || w.unit_as_printed || ' but its parts make ')
            || format('{:g}', sum(f.value order by f.indicator_code)) || any_value(w.unit || ': ')
            || string_agg(
                f.indicator_code || ' ' || f.value_as_printed || f.unit_as_printed || ' at ' || f.cell_address, '; '
                order by f.indicator_code
            ) as told
        from broken_whole as w
        inner join {{ ref('identity') }} as i on w.identity = i.identity
        inner join figure as f
            on
                w.document_id = f.document_id
                and w.place_code = f.place_code
                and w.period = f.period
                and i.part_code = f.indicator_code
        where f.reject_rule is null and not f.is_missing and coalesce(f.correction_action, '') <> 'drop'
        group by w.cell_address, w.identity
    ) as w
    group by cell_address
),

judged as (
    select
        f.*,
        s.at_level[struct_pack(year := f.year, value := f.value, is_in_range := f.reject_rule is null)] as found
    from figure as f
    left join found as s on f.place_code = s.place_code and f.indicator_code = s.indicator_code
)

select
    f.* exclude (row_no, column_no, reject_rule, reject_reason, reject_remedy, suggestion, max_yearly_factor, year, found),
    case when f.found.power is not null then 'magnitude_slip' else f.reject_rule end as reject_rule,
    case
        when f.found.power is not null
            then
                {{ seen('f.value_as_printed') }} || ' ' || f.unit_as_printed
                || case
                    when f.unit_as_printed <> f.unit then ' would be ' || format('{:.4g}', f.value) || ' ' || f.unit
                    else ''
                end
                || '; ' || f.found.slip_reference.year || ' has ' || format('{:g}', f.found.slip_reference.value)
                || ' ' || f.unit || ': unit?'
        when f.reject_rule = 'printed_too_often'
            then
                'the file gives ' || f.indicator_code || ' of ' || f.place_code || ' in ' || f.period
                || ' over {{ most_printings() }} times'
        else {{ seen('f.reject_reason') }}
    end as reject_reason,
    case
        when f.found.power is not null
            then 'correct the unit in the file or its card, or scale it by a row of seeds/correction.csv'
        when f.reject_rule = 'printed_too_often' then 'name the parts apart, or delete the rows that repeat one figure'
        else f.reject_remedy
    end as reject_remedy,
    case
        when f.found.power is not null then format('{:g}', f.value / pow(10, f.found.power)) || ' ' || f.unit
        else f.suggestion
    end as suggestion,
    case
        when f.found.power is not null or f.reject_rule is not null then null
        when b.cell_address is not null then 'identity_broken'
        when f.found.jump_reference is not null then 'implausible_change'
    end as doubt_rule,
    case
        when f.found.power is not null or f.reject_rule is not null then null
        when b.cell_address is not null then b.told
        when f.found.jump_reference is not null
            then
                format('{:g}', f.value) || ' ' || f.unit || ' after ' || format('{:g}', f.found.jump_reference.value) || ' in '
                || f.found.jump_reference.year || ': ' || format('{:.2f}', f.value / f.found.jump_reference.value)
                || ' times, plausible are at most ' || format('{:g}', f.max_yearly_factor) || ' a year'
    end as doubt,
    b.identity as broken_identity
from judged as f
left join broken as b on f.cell_address = b.cell_address
