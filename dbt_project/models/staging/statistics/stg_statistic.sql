-- Every landed figure with the verdict on it: refused by the rule it fails, doubted, or taken as it is.
-- A figure is judged against the others of its series. One off by a thousand times or more, where dividing by a
-- power of ten makes it fit, was printed or copied in another unit: refused, with both readings. One that moves
-- more in a year than its indicator ever plausibly does, or that its own document contradicts, lands with the doubt
-- written beside it. Boundary changes and changes of counting rule excuse a jump.
with figure as (
    select
        f.*,
        year(f.period_end) as year,
        (
            coalesce(f.reject_rule, 'out_of_range') = 'out_of_range'
            and not f.is_missing
            and f.period_kind = 'year'
            and f.value > 0
            and f.max_yearly_factor is not null
            and coalesce(f.correction_action, '') not in ('drop', 'flag')
        ) as is_comparable
    from {{ ref('stg_printed_figure') }} as f
),

level as (
    select
        f.cell_address, f.place_code, f.indicator_code, f.year, f.value, f.unit, f.max_yearly_factor,
        f.reject_rule is null as is_in_range,
        count(b.first_year) as segment
    from figure as f
    left join {{ ref('series_break') }} as b
        on f.place_code = b.place_code and b.indicator_code in ('*', f.indicator_code) and f.year >= b.first_year
    where f.is_comparable
    group by all
),

-- Each figure beside its neighbours of the same series, ten years either way.
pair as (
    select
        a.cell_address,
        b.cell_address as other_address,
        b.year <= a.year as is_earlier,
        a.year - b.year as years,
        log10(a.value / b.value) as decades,
        -- What a series may move in the time between, at most ten times.
        least(greatest(abs(a.year - b.year), 1) * log10(a.max_yearly_factor), 0.99) as allowed,
        struct_pack(year := b.year, value := b.value) as other
    from level as a
    inner join level as b
        on
            a.place_code = b.place_code
            and a.indicator_code = b.indicator_code
            and a.segment = b.segment
            and a.cell_address <> b.cell_address
            and b.is_in_range
            and b.year between a.year - 10 and a.year + 10
),

read_both_ways as (
    select
        *,
        abs(decades) <= allowed as agrees,
        abs(round(decades)) >= 3 and abs(decades - round(decades)) <= allowed as slips
    from pair
),

vote as (
    select
        cell_address,
        count(*) filter (where is_earlier and agrees) as earlier_for,
        count(*) filter (where is_earlier and slips) as earlier_against,
        count(*) filter (where not is_earlier and agrees) as later_for,
        count(*) filter (where not is_earlier and slips) as later_against,
        mode(round(decades)) filter (where slips) as power,
        -- The nearest year is told, the earlier of two; what decides ties keeps the message the same in every run.
        arg_min(other, (abs(years), not is_earlier, other.value)) filter (where slips) as slip_reference
    from read_both_ways
    group by cell_address
),

slip as (
    select cell_address, power, slip_reference
    from vote
    where
        case
            when earlier_for + earlier_against > 0
                then earlier_against > earlier_for and not (earlier_against = 1 and later_for >= 2)
            else later_against >= 2 and later_for = 0
        end
),

-- The nearest earlier year decides whether a change is plausible; one agreeing printing is enough.
move as (
    select
        cell_address,
        arg_min(agrees, 2 * years + (not agrees)::integer) as is_plausible,
        arg_min(other, (2 * years + (not agrees)::integer, other.value)) as reference
    from read_both_ways
    where years between 1 and 3 and other_address not in (select s.cell_address from slip as s)
    group by cell_address
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
        sum(f.closed_high) as parts_high,
        sum(f.value) as parts_value,
        string_agg(
            f.indicator_code || ' ' || f.value_as_printed || f.unit_as_printed || ' at ' || f.cell_address, '; '
            order by f.indicator_code
        ) as parts_printed
    from figure as f
    inner join {{ ref('identity') }} as i on f.indicator_code = i.part_code
    where f.reject_rule is null and not f.is_missing and coalesce(f.correction_action, '') <> 'drop'
    group by f.document_id, f.place_code, f.period, i.identity
    having
        count(distinct f.indicator_code) = count(*)
        and count(*) = (select count(*) from {{ ref('identity') }} as n where n.identity = i.identity)
),

broken as (
    select
        w.cell_address,
        min(p.identity) as identity,
        min(
            w.indicator_code || ' ' || w.value_as_printed || w.unit_as_printed || ' but its parts make '
            || format('{:g}', p.parts_value) || w.unit || ': ' || p.parts_printed
        ) as told
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
    group by w.cell_address
)

select
    f.* exclude (reject_rule, reject_reason, reject_remedy, suggestion, max_yearly_factor, year, is_comparable),
    case when s.cell_address is not null then 'magnitude_slip' else f.reject_rule end as reject_rule,
    case
        when s.cell_address is not null
            then
                {{ seen('f.value_as_printed') }} || ' ' || f.unit_as_printed
                || case
                    when f.unit_as_printed <> f.unit then ' would be ' || format('{:.4g}', f.value) || ' ' || f.unit
                    else ''
                end
                || '; ' || s.slip_reference.year || ' has ' || format('{:g}', s.slip_reference.value)
                || ' ' || f.unit || ': unit?'
        else {{ seen('f.reject_reason') }}
    end as reject_reason,
    case
        when s.cell_address is not null
            then 'correct the unit in the file or its card, or scale it by a row of seeds/correction.csv'
        else f.reject_remedy
    end as reject_remedy,
    case
        when s.cell_address is not null then format('{:g}', f.value / pow(10, s.power)) || ' ' || f.unit
        else f.suggestion
    end as suggestion,
    case
        when coalesce(s.cell_address, f.reject_rule) is not null then null
        when b.cell_address is not null then 'identity_broken'
        when not m.is_plausible then 'implausible_change'
    end as doubt_rule,
    case
        when coalesce(s.cell_address, f.reject_rule) is not null then null
        when b.cell_address is not null then b.told
        when not m.is_plausible
            then
                format('{:g}', f.value) || ' ' || f.unit || ' after ' || format('{:g}', m.reference.value) || ' in '
                || m.reference.year || ': ' || format('{:.2f}', f.value / m.reference.value)
                || ' times, plausible are at most ' || format('{:g}', f.max_yearly_factor) || ' a year'
    end as doubt,
    b.identity as broken_identity
from figure as f
left join slip as s on f.cell_address = s.cell_address
left join move as m on f.cell_address = m.cell_address
left join broken as b on f.cell_address = b.cell_address
