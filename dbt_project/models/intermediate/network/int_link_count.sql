-- Events added up by pair of places, year and number of places (macro event_count): those of files that landed row by row,
-- and those of partitions, which were added up when they were landed.
with event as (
    select
        event_kind, document_id, is_directed, year, place_codes, amount, amount_low, amount_high, cell_address
    from {{ ref('stg_event') }}
    where reject_rule is null and not is_within_a_place and period_end <= {{ known_on() }}
),

counted as (
    {{ event_count(
        'event', keys=['event_kind', 'document_id', 'is_directed'], first='min(e.cell_address) as cell_address'
    ) }}
)

select
    event_kind, document_id, is_directed, year, from_place_code, to_place_code, places, events, amounts, amounts_with_high,
    amount, amount_low, amount_high, cell_address
from counted
union all
select
    event_kind, document_id, is_directed, year, from_place_code, to_place_code, places, events, amounts, amounts_with_high,
    amount, amount_low, amount_high, cell_address
from {{ source('raw', 'event_count') }}
