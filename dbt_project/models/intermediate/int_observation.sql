-- Every vintage of every figure, in base units, with the best printing of each cell marked.
-- The rule: a figure known to be faulty comes last, a forecast before it; a figure before a bound; then revised,
-- final, preliminary or unknown; then the later date.
-- Among printings of the leader's standing that agree with it, the most precise one is taken, so that a
-- rounded restatement (1.14万亿元) never shadows the exact figure (11412.8亿元).
with reported as (
    -- An undated document cannot be older than the last day it reports on.
    select document_id, max(period_end) as reported_to
    from {{ ref('stg_statistic') }}
    where reject_rule is null
    group by document_id
),

figure as (
    select
        s.* replace (coalesce(r.to_indicator_code, s.indicator_code) as indicator_code),
        case when r.to_indicator_code is not null then s.indicator_code end as reclassified_from,
        coalesce(s.published_by, {{ known_by('d.published_on') }}, p.reported_to) as vintage_date,
        coalesce(s.published_by, {{ known_by('d.published_on') }}) is not null as is_dated,
        f.reason_en is not null as is_known_fault,
        -- What was printed before the year was over can only have been expected.
        coalesce(i.measure = 'flow' and s.period_kind = 'year' and s.published_by < s.period_end, false) as is_forecast,
        'observed' as origin
    from {{ ref('stg_statistic') }} as s
    left join {{ source('raw', 'document') }} as d on s.document_id = d.document_id
    left join reported as p on s.document_id = p.document_id
    left join {{ ref('indicator') }} as i on s.indicator_code = i.indicator_code
    left join {{ ref('known_fault') }} as f
        on
            s.source = f.source
            and s.place_code = f.place_code
            and s.indicator_code = f.indicator_code
            and s.period = f.period::varchar
    left join {{ ref('reclassification') }} as r
        on
            s.source = r.source
            and s.indicator_code = r.indicator_code
            and (r.place_code = '*' or s.place_code = r.place_code)
            and s.period_kind = 'year'
            and year(s.period_end) between r.first_year and r.last_year
            and (r.statuses = '*' or list_contains(string_split(r.statuses, ' '), s.status))
    where s.reject_rule is null
    qualify row_number() over (partition by s.cell_address order by r.place_code nulls last) = 1
),

-- STAR companies counted from the register at each year's end, from the year before the market opened.
-- A place without a listing counts zero; 松江区 is a lower bound once its first known company is listed.
star_year as (
    select unnest(generate_series(2018, year(max(register_seen_on)) - 1)) as year from {{ ref('stg_star_company') }}
),

star_place as (
    select place_code from {{ ref('place') }} where is_member or place_code in ('310000', '100000')
),

star_count as (
    select
        y.year,
        p.place_code,
        count(c.code)::integer as companies
    from star_year as y
    cross join star_place as p
    left join {{ ref('stg_star_company') }} as c
        on
            (
                p.place_code = c.place_code
                or p.place_code = '100000'
                or (p.place_code = '310000' and c.city = '上海市')
            )
            and year(c.listed_on) <= y.year
            and (c.delisted_on is null or year(c.delisted_on) > y.year)
    group by y.year, p.place_code
),

-- The cells counted: the column of first trading days, from its first row to its last.
star_register as (
    select
        f.document_id,
        f.file_path,
        arg_min(c.cell_address, c.row_no) || ':' || split_part(arg_max(c.cell_address, c.row_no), '#', 2) as cell_address,
        (select max(s.register_seen_on) from {{ ref('stg_star_company') }} as s) as seen_on
    from {{ source('raw', 'file') }} as f
    inner join {{ source('raw', 'register_cell') }} as c on f.file_path = c.file_path
    where f.register_name = 'star_market_companies' and c.column_name = 'first_trading_date'
    group by f.document_id, f.file_path
),

star_observation as (
    select
        r.document_id,
        r.file_path,
        'star_market' as source,
        r.cell_address,
        p.name_zh as place_text,
        i.name_zh as indicator_text,
        n.year::varchar as period_text,
        n.companies::varchar as value_as_printed,
        '家' as unit_as_printed,
        null::varchar as note_text,
        null::date as published_by,
        n.place_code,
        'star_listed' as indicator_code,
        n.year::varchar as period,
        'year' as period_kind,
        make_date(n.year::integer, 1, 1) as period_start,
        make_date(n.year::integer, 12, 31) as period_end,
        n.companies::double as value,
        n.companies::double as value_low,
        case when not s.is_bound then n.companies::double end as value_high,
        n.companies::double as closed_low,
        -- The district can have no more companies than its city.
        case when s.is_bound then h.companies else n.companies end::double as closed_high,
        '家' as unit,
        case when s.is_bound then 'at_least' else 'exact' end as qualifier,
        'unknown' as status,
        3 as status_rank,
        null::varchar as reject_rule,
        null::varchar as reject_reason,
        null::varchar as reject_remedy,
        null::varchar as reclassified_from,
        r.seen_on as vintage_date,
        true as is_dated,
        false as is_known_fault,
        false as is_forecast,
        'derived' as origin
    from star_count as n
    inner join star_count as h on h.place_code = '310000' and n.year = h.year
    inner join {{ ref('place') }} as p on n.place_code = p.place_code
    inner join {{ ref('indicator') }} as i on i.indicator_code = 'star_listed'
    cross join star_register as r
    cross join lateral (select n.place_code = '310117' and n.companies > 0 as is_bound) as s
),

all_vintages as (
    select * from figure
    union all by name
    select * from star_observation
),

standing as (
    select
        *,
        qualifier in ('at_least', 'at_most') as is_bound,
        -- Digits that only floating-point storage adds are no precision.
        greatest(closed_high - closed_low, 1e-6 * abs(value)) as precision_width
    from all_vintages
),

led as (
    select
        *,
        first(closed_low) over cell as leader_low,
        first(closed_high) over cell as leader_high,
        first(status_rank) over cell as leader_status_rank,
        first(is_bound) over cell as leader_is_bound,
        first(origin) over cell as leader_origin,
        first(is_known_fault) over cell as leader_is_known_fault,
        first(is_forecast) over cell as leader_is_forecast
    from standing
    window cell as (
        partition by place_code, indicator_code, period
        order by
            is_known_fault, is_forecast, is_bound, origin = 'derived', status_rank, vintage_date desc nulls last,
            precision_width, cell_address
        rows between unbounded preceding and unbounded following
    )
)

select
    * exclude (
        leader_low, leader_high, leader_status_rank, leader_is_bound, leader_origin, leader_is_known_fault,
        leader_is_forecast, published_by, reject_rule, reject_reason, reject_remedy
    ),
    row_number() over (
        partition by place_code, indicator_code, period
        order by
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
from led
