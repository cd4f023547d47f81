-- Cells printed more than once: first and latest value and how far it moved. Where the printed intervals of the
-- two meet, the later one is the same figure said in fewer or more digits, not a revision. A back-revision to a
-- census and a restatement on new boundaries are breaks in series: told as such, never as growth.
with vintage as (
    select
        * replace (
            case when reclassified_for = 'census_back_revision' then reclassified_from else indicator_code end as indicator_code
        ),
        coalesce(reclassified_for = 'census_back_revision', false) as is_before_census,
        year(period_end) as year
    from {{ ref('int_observation') }}
    where origin = 'observed' and not is_known_fault and not is_forecast and not is_dropped
),

numbered as (
    select
        *,
        -- A printing from before the back-revision comes first, though some were put on paper again later.
        row_number() over (
            partition by place_code, indicator_code, period
            order by is_before_census desc, vintage_date, cell_address
        ) as nth,
        count(*) over (partition by place_code, indicator_code, period) as vintages
    from vintage
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
        max(value) filter (where is_best and not is_before_census) as best_value,
        any_value(year) as year,
        bool_or(is_before_census) and not bool_and(is_before_census) as crosses_census
    from numbered
    group by place_code, indicator_code, period
    having count(*) > 1
),

with_break as (
    select
        c.*,
        b.kind as boundary,
        b.reason_zh,
        b.reason_en
    from cell as c
    left join {{ ref('series_break') }} as b
        on
            c.place_code = b.place_code
            and b.indicator_code in ('*', c.indicator_code)
            and c.year < b.first_year
            and year(c.first_vintage_date) < b.first_year
            and year(c.latest_vintage_date) >= b.first_year
            and not c.is_same_figure
    qualify row_number() over (partition by c.place_code, c.indicator_code, c.period order by b.first_year) = 1
)

select
    place_code,
    indicator_code,
    period,
    unit,
    vintages,
    distinct_values,
    first_value,
    first_status,
    first_vintage_date,
    first_cell_address,
    is_same_figure,
    latest_value,
    latest_status,
    latest_vintage_date,
    latest_cell_address,
    best_value,
    case
        when crosses_census and not is_same_figure then 'census_back_revision'
        when boundary is not null then boundary
        when is_same_figure then 'same_figure'
        else 'revision'
    end as revision_kind,
    crosses_census and not is_same_figure or boundary is not null as is_series_break,
    latest_value - first_value as revision,
    100 * (latest_value - first_value) / nullif(first_value, 0) as revision_percent,
    -- Between two dated documents only, and not where the older counting was printed again later.
    case
        when is_dated and latest_vintage_date >= first_vintage_date
            then date_diff('day', first_vintage_date, latest_vintage_date)
    end::integer as days_between
from with_break
order by is_same_figure, abs(revision_percent) desc nulls last, indicator_code, place_code, period
