-- Figures that no document prints: counted from a register, or added up from links. They have the columns of a staged
-- statistic and those that int_observation adds, in that order, so that it can append them.
with -- STAR companies counted from the register at each year's end, from the year before the market opened.
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
        arg_min(c.cell_address, c.row_no) || ':' || split_part(arg_max(c.cell_address, c.row_no), '#', 2) as cell_address
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
        -- A listing is public on its own day, whatever the day the register was seen.
        make_date(n.year::integer, 12, 31) as vintage_date,
        true as is_dated,
        false as is_known_fault,
        false as is_dropped,
        false as is_forecast,
        'derived' as origin
    from star_count as n
    inner join star_count as h on h.place_code = '310000' and n.year = h.year
    inner join {{ ref('place') }} as p on n.place_code = p.place_code
    inner join {{ ref('indicator') }} as i on i.indicator_code = 'star_listed'
    cross join star_register as r
    cross join lateral (select n.place_code = '310117' and n.companies > 0 as is_bound) as s
),

-- Links of a place with others, by the indicators of seeds/link_indicator.csv. A place that no link names has no figure:
-- a list of links found does not say that there are none.
link as (
    {{ link_matrix(ref('int_link_observed')) }}
),

link_end as (
    select from_place_code as place_code, to_place_code as other_code, 'out' as direction, * from link
    union all
    select to_place_code, from_place_code, 'in', * from link
),

link_sum as (
    select
        i.indicator_code,
        e.place_code,
        e.year,
        sum(e.value) as value,
        sum(e.value_low) as value_low,
        case when count(e.value_high) = count(*) then sum(e.value_high) end as value_high,
        min(e.document_id) as document_id,
        -- A sum over hundreds of links names the first cells; its links name the rest.
        array_to_string(
            list_sort(list_distinct(flatten(
                list_transform(min(e.cell_address, 20), lambda said: string_split(said, ' ; '))
            )))[:20],
            ' ; '
        ) as cell_address
    from link_end as e
    inner join {{ ref('link_indicator') }} as i
        on e.measure = i.measure and e.counting = i.counting and i.direction in ('both', e.direction)
    inner join {{ ref('place') }} as o on e.other_code = o.place_code
    where
        (i.scope = 'all' or o.is_member)
        -- A year that was not over when the files were taken in has no figure yet.
        and make_date(e.year, 12, 31)
        <= (select max({{ known_by('d.accessed_on') }}) from {{ source('raw', 'document') }} as d)
    group by i.indicator_code, e.place_code, e.year
),

link_observation as (
    select
        s.document_id,
        split_part(s.cell_address, '#', 1) as file_path,
        split_part(s.cell_address, '/', 1) as source,
        s.cell_address,
        p.name_zh as place_text,
        i.name_zh as indicator_text,
        s.year::varchar as period_text,
        {{ significant('s.value') }}::varchar as value_as_printed,
        i.base_unit as unit_as_printed,
        s.place_code,
        s.indicator_code,
        s.year::varchar as period,
        'year' as period_kind,
        make_date(s.year, 1, 1) as period_start,
        make_date(s.year, 12, 31) as period_end,
        {{ significant('s.value') }} as value,
        {{ significant('s.value_low') }} as value_low,
        {{ significant('s.value_high') }} as value_high,
        {{ significant('s.value_low') }} as closed_low,
        -- An open end is closed at one more link or unit, as for a printed figure.
        coalesce({{ significant('s.value_high') }}, {{ significant('s.value') }} + 1) as closed_high,
        i.base_unit as unit,
        case when s.value_high is null then 'at_least' else 'exact' end as qualifier,
        'unknown' as status,
        3 as status_rank,
        make_date(s.year, 12, 31) as vintage_date,
        true as is_dated,
        false as is_known_fault,
        false as is_dropped,
        false as is_forecast,
        'derived' as origin
    from link_sum as s
    inner join {{ ref('place') }} as p on s.place_code = p.place_code
    inner join {{ ref('indicator') }} as i on s.indicator_code = i.indicator_code
)

select
    * exclude (published_by, reject_rule, reject_reason, reject_remedy, suggestion, is_missing),
    null::date as vintage_date,
    null::boolean as is_dated,
    null::boolean as is_known_fault,
    null::boolean as is_dropped,
    null::boolean as is_forecast,
    null::varchar as origin
from {{ ref('stg_statistic') }}
where false
union all by name
select * from star_observation
union all by name
select * from link_observation
