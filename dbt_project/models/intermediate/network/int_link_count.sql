-- Events added up: how many link one place with another in a year. Full counting gives each pair of an event's places 1,
-- fractional counting gives its pairs 1 together. Events are counted in whole numbers, by how many places they name, and
-- divided at the end: these add up to the same in any order and over any partitions. An event with a direction is a pair.
-- Events of partitions come counted already, those of one file row by row.
with event as (
    select event_kind, is_directed, year, place_codes, {{ length_of('place_codes') }} as places
    from {{ ref('stg_event') }}
    where reject_rule is null and not is_within_a_place and period_end <= {{ known_on() }}
),

-- The pairs of an event of so many places, by their positions in its list.
position as (
    select places, {{ unnested(number_range('1', 'places')) }} as place_no
    from (select distinct places from event) as s
),

pair as (
    select a.places, a.place_no as one, b.place_no as other
    from position as a
    inner join position as b on a.places = b.places and a.place_no < b.place_no
),

counted as (
    select
        e.event_kind,
        e.is_directed,
        e.year,
        {{ item('e.place_codes', 'p.one') }} as from_place_code,
        {{ item('e.place_codes', 'p.other') }} as to_place_code,
        e.places,
        count(*) as events
    from event as e
    inner join pair as p on e.places = p.places
    group by all
    union all
    select event_kind, is_directed, year, from_place_code, to_place_code, places, events
    from {{ source('raw', 'event_count') }}
),

-- Whole numbers to the last, from wherever the events came.
whole as (
    select event_kind, is_directed, year, from_place_code, to_place_code, places, cast(sum(events) as bigint) as events
    from counted
    group by event_kind, is_directed, year, from_place_code, to_place_code, places
)

select
    event_kind,
    is_directed,
    year,
    from_place_code,
    to_place_code,
    cast(sum(events) as bigint) as full_count,
    sum(cast(events as double) * 2 / (places * (places - 1))) as fractional_count
from whole
group by event_kind, is_directed, year, from_place_code, to_place_code
