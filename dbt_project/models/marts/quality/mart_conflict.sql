-- Pairs of printings of one cell that cannot both be right: their printed intervals do not meet.
-- Of unequal status it is a revision; of equal status two sources disagree.
with pair as (
    select
        a.place_code,
        a.indicator_code,
        a.period,
        a.unit,
        a.value as value_a,
        b.value as value_b,
        a.status as status_a,
        b.status as status_b,
        a.vintage_date as vintage_date_a,
        b.vintage_date as vintage_date_b,
        a.document_id as document_id_a,
        b.document_id as document_id_b,
        a.cell_address as cell_address_a,
        b.cell_address as cell_address_b,
        case when a.is_best then 'a' when b.is_best then 'b' end as chosen
    from {{ ref('int_observation') }} as a
    inner join {{ ref('int_observation') }} as b
        on
            a.place_code = b.place_code
            and a.indicator_code = b.indicator_code
            and a.period = b.period
            and (a.vintage_date, a.cell_address) < (b.vintage_date, b.cell_address)
    where
        a.origin = 'observed'
        and b.origin = 'observed'
        and (
            coalesce(a.value_high, a.value) < coalesce(b.value_low, b.value) - 1e-6 * abs(b.value)
            or coalesce(b.value_high, b.value) < coalesce(a.value_low, a.value) - 1e-6 * abs(a.value)
        )
)

select
    *,
    case when status_a = status_b then 'conflict' else 'revision' end as kind,
    100 * (value_b - value_a) / nullif(value_a, 0) as difference_percent
from pair
order by abs(difference_percent) desc nulls last, indicator_code, place_code, period, cell_address_a, cell_address_b
