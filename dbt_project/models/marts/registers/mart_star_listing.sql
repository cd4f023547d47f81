-- STAR-market companies of a place at each year's end and on the last day that the register sees. A company counts from
-- its first trading day until it leaves; one that never traded never counts. Companies without a city may be anywhere,
-- and 松江区's cannot all be told from the rest of Shanghai's: where there are such, the count is a lower bound.
with company as (
    select
        c.*,
        unnest(list_distinct([
            '100000', c.place_code, p.parent_code, case when p.is_member then 'G60' end
        ])) as counts_in
    from {{ ref('stg_star_company') }} as c
    left join {{ ref('place') }} as p on c.place_code = p.place_code
    where c.listed_on is not null
),

day_seen as (
    select least(max(register_seen_on), {{ known_on() }}) as day, year(min(listed_on)) - 1 as first_year from company
),

counting_day as (
    select make_date(unnest(generate_series(first_year, year(day) - 1))::integer, 12, 31) as counted_on, true as is_year_end
    from day_seen
    union all
    select day, month(day) = 12 and day(day) = 31 from day_seen
),

shown as (
    select place_code, name_zh, name_en, is_member
    from {{ ref('place') }}
    where
        is_member or place_kind in ('corridor', 'nation')
        or place_code in (select m.place_code from {{ ref('place_member') }} as m where m.area_code = 'YRD')
),

counted as (
    select
        d.counted_on,
        d.is_year_end,
        s.*,
        count(c.code) as listed_ever,
        count(c.code) filter (where coalesce(c.delisted_on > d.counted_on, true)) as listed,
        count(c.code) filter (where year(c.listed_on) = year(d.counted_on)) as listed_in_year,
        count(c.code) filter (where c.delisted_on <= d.counted_on and year(c.delisted_on) = year(d.counted_on))
            as delisted_in_year,
        count(c.code) filter (where c.city is null and coalesce(c.delisted_on > d.counted_on, true)) as without_city
    from counting_day as d
    cross join shown as s
    left join company as c on s.place_code = c.counts_in and d.counted_on >= c.listed_on
    group by all
),

bounded as (
    select
        c.*,
        n.listed as nation_listed,
        n.without_city as unplaced,
        c.listed
        + case when c.place_code = '100000' then 0 else n.without_city end
        + case when c.place_code in ('310117', 'G60') then m.listed - d.listed else 0 end as listed_high
    from counted as c
    inner join counted as n on n.place_code = '100000' and c.counted_on = n.counted_on
    inner join counted as m on m.place_code = '310000' and c.counted_on = m.counted_on
    inner join counted as d on d.place_code = '310117' and c.counted_on = d.counted_on
)

select
    place_code,
    name_zh as place_name_zh,
    name_en as place_name_en,
    is_member,
    year(counted_on)::integer as year,
    counted_on,
    is_year_end,
    listed::integer as listed,
    listed_high::integer as listed_high,
    listed_high > listed as is_lower_bound,
    listed_in_year::integer as listed_in_year,
    delisted_in_year::integer as delisted_in_year,
    listed_ever::integer as listed_ever,
    unplaced::integer as unplaced,
    nation_listed::integer as nation_listed,
    100 * listed / nullif(nation_listed, 0) as share_of_nation_low,
    100 * listed_high / nullif(nation_listed, 0) as share_of_nation_high
from bounded
order by place_code, counted_on
