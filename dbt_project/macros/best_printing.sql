{#- Mark the best printing of each place, indicator and period among `vintages`.
    The rule: a dropped figure is never taken; a figure known to be faulty comes last, a forecast before it; a figure
    before a bound; then revised, final, preliminary or unknown; then the later date. Among printings of the
    leader's standing that agree with it, the most precise one is taken, so that a rounded restatement
    (1.14万亿元) never shadows the exact figure (11412.8亿元). -#}
{% macro best_printing(vintages) %}
select
    * exclude (
        leader_low, leader_high, leader_status_rank, leader_is_bound, leader_origin, leader_is_known_fault,
        leader_is_forecast
    ),
    not is_dropped and row_number() over (
        partition by place_code, indicator_code, period
        order by
            is_dropped,
            (
                is_bound = leader_is_bound
                and origin = leader_origin
                and is_known_fault = leader_is_known_fault
                and is_forecast = leader_is_forecast
                and status_rank = leader_status_rank
                and closed_low <= leader_high
                and closed_high >= leader_low
            ) desc,
            precision_width,
            vintage_date desc nulls last,
            cell_address
    ) = 1 as is_best
from (
    select
        *,
        first(closed_low) over cell as leader_low,
        first(closed_high) over cell as leader_high,
        first(status_rank) over cell as leader_status_rank,
        first(is_bound) over cell as leader_is_bound,
        first(origin) over cell as leader_origin,
        first(is_known_fault) over cell as leader_is_known_fault,
        first(is_forecast) over cell as leader_is_forecast
    from (
        select
            *,
            qualifier in ('at_least', 'at_most') as is_bound,
            -- Digits that only floating-point storage adds are no precision.
            greatest(closed_high - closed_low, 1e-6 * abs(value)) as precision_width
        from {{ vintages }} as v
    ) as standing
    window cell as (
        partition by place_code, indicator_code, period
        order by
            is_dropped, is_known_fault, is_forecast, is_bound, origin = 'derived', status_rank,
            vintage_date desc nulls last, precision_width, cell_address
        rows between unbounded preceding and unbounded following
    )
) as led
{% endmacro %}
