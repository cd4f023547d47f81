{#- Events added up: how many, and of what amount, link one place with another in a year. One pass over rows with year,
    place_codes (from and to, or all parties, sorted and each once) and, where `has_amount`, amount, amount_low, amount_high.
    `keys`: what they are kept apart by besides; `first`: the address of one of them, if wanted; `named`: how many places
    an event names, where a column says it.
    Counts are kept apart by the number of places an event names: full counting gives each of its pairs 1, fractional
    counting gives its pairs 1 together, and whole numbers add up to the same in any order and over any partitions. -#}
{% macro event_count(events, keys=[], first='min(e.row_no) as first_row_no', has_amount=true, named=none) %}
{%- set named = named or length_of('place_codes') -%}
-- As a list, so that the planner sees how few they are and holds them, not the events, in memory.
with shape as (
    select {{ unnested(distinct_list('cast(' ~ named ~ ' as integer)')) }} as places
    from {{ events }}
    where {{ named }} > 1
),

-- The pairs of an event of so many places, by their positions in its list.
position as (
    select places, {{ unnested(number_range('1', 'places')) }} as place_no from shape
),

pair as (
    select a.places, cast(a.place_no as integer) as one, cast(b.place_no as integer) as other
    from position as a
    inner join position as b on a.places = b.places and a.place_no < b.place_no
)

select
    {% for key in keys %}e.{{ key }}, {% endfor %}
    cast(e.year as integer) as year,
    {{ item('e.place_codes', 'p.one') }} as from_place_code,
    {{ item('e.place_codes', 'p.other') }} as to_place_code,
    p.places,
    count(*) as events,
    {% if has_amount -%}
    count(e.amount) as amounts,
    count(e.amount_high) as amounts_with_high,
    sum(e.amount) as amount,
    sum(e.amount_low) as amount_low,
    sum(e.amount_high) as amount_high
    {%- else -%}
    cast(0 as bigint) as amounts,
    cast(0 as bigint) as amounts_with_high,
    cast(null as double) as amount,
    cast(null as double) as amount_low,
    cast(null as double) as amount_high
    {%- endif %}
    {%- if first %},
    {{ first }}
    {%- endif %}
-- Not as a part of its own above: read twice, it would be kept whole in memory.
from (
    select *, {{ named }} as places_named
    from {{ events }}
    where {{ named }} > 1
) as e
inner join pair as p on e.places_named = p.places
-- Not by all: constants among the columns would be keys, and make each group twice as wide.
group by
    {% for key in keys %}e.{{ key }}, {% endfor %}
    e.year, {{ item('e.place_codes', 'p.one') }}, {{ item('e.place_codes', 'p.other') }}, p.places
{% endmacro %}
