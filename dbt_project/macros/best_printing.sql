{#- Mark the best printing of each place, indicator and period among `vintages`: a relation whose key is place_code,
    indicator_code, period and cell_address. It is read three times: a table, a subquery over one, or a CTE.
    The rule: a dropped figure is never taken; a figure known to be faulty comes last, a forecast before it; a figure
    before a bound; then revised, final, preliminary or unknown; then the later date. Among printings of the
    leader's standing that agree with it, the most precise one is taken, so that a rounded restatement
    (1.14万亿元) never shadows the exact figure (11412.8亿元).
    Made for many: no row is sorted, and only narrow ones are gathered. One pass finds the leader and the most precise
    printing of its standing; where these agree, as nearly always, that one is the best. A second pass asks only the
    cells that are left. The address decides last: the answer hangs on no order of rows and no number of threads. -#}
{% macro best_printing(vintages) %}
{%- set undecided -%}
    (
        select *
        from {{ vintages }} as a
        semi join (select * from cell where not is_agreed) as c using (place_code, indicator_code, period)
    )
{%- endset -%}
select
    v.*,
    v.qualifier in ('at_least', 'at_most') as is_bound,
    {{ precision_width('v') }} as precision_width,
    b.cell_address is not null as is_best
from {{ vintages }} as v
left join (
    with cell as (
        select
            place_code,
            indicator_code,
            period,
            precise.cell_address as cell_address,
            coalesce(precise.low <= leader.high and precise.high >= leader.low, false) as is_agreed
        from (
            select
                place_code,
                indicator_code,
                period,
                min_by(
                    {{ record(low='closed_low', high='closed_high') }},
                    {{ record(standing='standing', age='age', width='width', cell_address='cell_address') }}
                ) as leader,
                min_by(
                    {{ record(low='closed_low', high='closed_high', cell_address='cell_address') }},
                    {{ record(standing='standing', width='width', age='age', cell_address='cell_address') }}
                ) as precise
            from ({{ printings(vintages) }}) as p
            group by place_code, indicator_code, period
        ) as f
    ),

    led as (
        select
            p.*,
            first_value(cell_address) over printing as leader_address,
            first_value(standing) over printing as leader_standing,
            first_value(closed_low) over printing as leader_low,
            first_value(closed_high) over printing as leader_high
        from ({{ printings(undecided) }}) as p
        window printing as (
            partition by place_code, indicator_code, period
            order by standing, age, width, cell_address
            rows between unbounded preceding and unbounded following
        )
    )

    select place_code, indicator_code, period, cell_address from cell where is_agreed
    union all
    select place_code, indicator_code, period, cell_address
    from (
        select
            *,
            row_number() over (
                partition by place_code, indicator_code, period order by width, age, cell_address
            ) as choice
        from led
        where
            cell_address = leader_address
            or (standing = leader_standing and closed_low <= leader_high and closed_high >= leader_low)
    ) as agreeing
    where choice = 1
) as b
    on
        v.place_code = b.place_code
        and v.indicator_code = b.indicator_code
        and v.period = b.period
        and v.cell_address = b.cell_address
{% endmacro %}

{#- What decides among printings: standing, less is better, and age, which a later date makes less. -#}
{% macro printings(vintages) %}
select
    place_code,
    indicator_code,
    period,
    cell_address,
    closed_low,
    closed_high,
    1000 * cast(is_known_fault as integer)
    + 400 * cast(is_forecast as integer)
    + 200 * coalesce(cast(qualifier in ('at_least', 'at_most') as integer), 0)
    + 100 * cast(origin = 'derived' as integer)
    + status_rank as standing,
    -{{ day_number("coalesce(vintage_date, date '0001-01-01')") }} as age,
    {{ precision_width('q') }} as width
from {{ vintages }} as q
where not is_dropped
{% endmacro %}

{#- How wide the interval of a printing is. Digits that only floating-point storage adds are no precision. -#}
{% macro precision_width(alias) -%}
    greatest({{ alias }}.closed_high - {{ alias }}.closed_low, 1e-6 * abs({{ alias }}.value))
{%- endmacro %}
