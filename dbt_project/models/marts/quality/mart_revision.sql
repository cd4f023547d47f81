-- Cells printed more than once: first and latest value and how far it moved. Where the printed intervals of the
-- two meet, the later one is the same figure said in fewer or more digits, not a revision.
with vintage as (
    select
        *,
        row_number() over (partition by place_code, indicator_code, period order by vintage_date, cell_address) as nth,
        count(*) over (partition by place_code, indicator_code, period) as vintages
    from {{ ref('int_observation') }}
    where origin = 'observed' and not is_known_fault and not is_forecast
),

cell as (
    select
        place_code,
        indicator_code,
        period,
        any_value(unit) as unit,
        any_value(vintages)::integer as vintages,
        count(distinct value)::integer as distinct_values,
        arg_min(value, nth) as first_value,
        arg_min(status, nth) as first_status,
        arg_min(vintage_date, nth) as first_vintage_date,
        arg_min(cell_address, nth) as first_cell_address,
        arg_max(closed_low, nth) <= arg_min(closed_high, nth) and arg_max(closed_high, nth) >= arg_min(closed_low, nth)
            as is_same_figure,
        bool_and(is_dated) filter (where nth = 1 or nth = vintages) as is_dated,
        arg_max(value, nth) as latest_value,
        arg_max(status, nth) as latest_status,
        arg_max(vintage_date, nth) as latest_vintage_date,
        arg_max(cell_address, nth) as latest_cell_address,
        max(value) filter (where is_best) as best_value
    from vintage
    group by place_code, indicator_code, period
    having count(*) > 1
)

select
    * exclude (is_dated),
    latest_value - first_value as revision,
    100 * (latest_value - first_value) / nullif(first_value, 0) as revision_percent,
    case when is_dated then date_diff('day', first_vintage_date, latest_vintage_date) end::integer as days_between
from cell
order by is_same_figure, abs(revision_percent) desc nulls last, indicator_code, place_code, period
