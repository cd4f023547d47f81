{{ config(materialized='view') }}
-- Each series of the publication calendar by place: what is held, what is due next, and how late that is. A view,
-- since lateness grows while nothing changes: it is reckoned on the day it is read, or on the day as_of of the build.
-- The catalog's name is left out, since a release is opened under any name.
with expected as (
    select
        c.*,
        p.place_code,
        p.name_zh as place_name_zh,
        p.name_en as place_name_en
    from {{ ref('publication_calendar').include(database=false) }} as c
    inner join {{ ref('place').include(database=false) }} as p
        on list_has_any(
            string_split(c.places, ' '), [p.place_code, p.place_kind, case when p.is_member then 'members' end]
        )
),

-- The first dated printing of the latest year held; what was printed before a year was over is not what is due for it.
held as (
    select
        e.series_code,
        e.place_code,
        o.period,
        year(o.period_end) as year,
        case when o.is_dated then o.vintage_date end as published_on,
        o.document_id,
        o.cell_address
    from expected as e
    inner join {{ ref('fct_observation').include(database=false) }} as o
        on
            e.place_code = o.place_code
            and list_contains(string_split(e.indicator_codes, ' '), o.indicator_code)
            and (e.statuses = '*' or list_contains(string_split(e.statuses, ' '), o.status))
    where o.period_kind = 'year' and not o.is_dropped and not (o.is_dated and o.vintage_date < o.period_end)
    qualify row_number() over (
        partition by e.series_code, e.place_code
        order by o.period_end desc, o.is_dated desc, o.vintage_date, o.cell_address
    ) = 1
),

upcoming as (
    select
        e.*,
        h.period as last_period,
        h.published_on as last_published_on,
        h.document_id,
        h.cell_address,
        case
            when h.year >= e.first_year then e.first_year + e.every_years * ((h.year - e.first_year) // e.every_years + 1)
            else e.first_year
        end as next_year
    from expected as e
    left join held as h on e.series_code = h.series_code and e.place_code = h.place_code
),

dated as (
    select
        *,
        -- A day that the month does not have is its last.
        least(
            make_date(next_year + due_lag_years, due_month, 1) + (due_day - 1),
            last_day(make_date(next_year + due_lag_years, due_month, 1))
        ) as due_on,
        {% if var('as_of') %}{{ known_on() }}{% else %}current_date{% endif %} as as_of
    from upcoming
),

judged as (
    select
        *,
        case
            when as_of <= due_on then 'on_time'
            when as_of - due_on <= grace_days then 'due'
            when last_period is null then 'never_held'
            else 'late'
        end as state
    from dated
)

select
    series_code,
    name_zh as series_name_zh,
    name_en as series_name_en,
    place_code,
    place_name_zh,
    place_name_en,
    state,
    state = 'late' as is_late,
    case when state = 'late' then as_of - due_on else 0 end::integer as days_late,
    last_period,
    last_published_on,
    next_year::varchar as next_period,
    due_on,
    grace_days,
    as_of,
    publisher_zh,
    publisher_en,
    basis_zh,
    basis_en,
    document_id,
    cell_address
from judged
order by series_code, place_code
