{#- Events added up: how many, and of what amount, link one place with another in a year. One pass over rows with
    row_no, year, place_codes (from and to, or all parties, sorted and each once) and, where `has_amount`, amount,
    amount_low, amount_high.
    Counts are kept apart by the number of places an event names: full counting gives each of its pairs 1, fractional
    counting gives its pairs 1 together, and whole numbers add up to the same in any order and over any partitions. -#}
{% macro event_count(events, has_amount=true) %}
with shape as (
    select distinct len(place_codes) as places
    from {{ events }}
    where len(place_codes) > 1
),

-- The pairs of an event of so many places, by their positions in its list.
pair as (
    select s.places, a.no as one, b.no as other
    from shape as s
    cross join lateral (select unnest(range(1, s.places)) as no) as a
    cross join lateral (select unnest(range(a.no + 1, s.places + 1)) as no) as b
)

select
    e.year,
    e.place_codes[p.one] as from_place_code,
    e.place_codes[p.other] as to_place_code,
    p.places::integer as places,
    count(*) as events,
    {% if has_amount -%}
    count(e.amount) as amounts,
    count(e.amount_high) as amounts_with_high,
    sum(e.amount) as amount,
    sum(e.amount_low) as amount_low,
    sum(e.amount_high) as amount_high,
    {% else -%}
    0::bigint as amounts,
    0::bigint as amounts_with_high,
    null::double as amount,
    null::double as amount_low,
    null::double as amount_high,
    {% endif -%}
    min(e.row_no) as first_row_no
from {{ events }} as e
inner join pair as p on len(e.place_codes) = p.places
group by all
{% endmacro %}
