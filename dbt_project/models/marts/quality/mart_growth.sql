-- Growth of every yearly level on the year before, from the best values. Across a break in series there is none: the
-- break is named instead. Prices are those of each year; growth at constant prices is printed by the sources.
with level as (
    select
        v.place_code, v.indicator_code, v.year, v.value, v.unit, v.status, v.value_kind, v.cell_address,
        lag(v.year) over series as previous_year,
        lag(v.value) over series as previous_value,
        lag(v.status) over series as previous_status,
        lag(v.cell_address) over series as previous_cell_address
    from {{ ref('int_indicator') }} as v
    inner join {{ ref('indicator') }} as i on v.indicator_code = i.indicator_code
    where v.year is not null and i.measure in ('flow', 'stock') and v.value_kind <> 'bound'
    window series as (partition by v.place_code, v.indicator_code order by v.year)
),

broken as (
    select
        l.*,
        b.kind as boundary,
        b.reason_zh as boundary_zh,
        b.reason_en as boundary_en,
        c.name_zh as census_zh,
        c.name_en as census_en,
        t.last_year is not null as is_recounted_later
    from level as l
    left join {{ ref('series_break') }} as b
        on l.place_code = b.place_code and b.indicator_code in ('*', l.indicator_code) and l.year = b.first_year
    left join {{ ref('census') }} as c on l.indicator_code = c.indicator_code and l.year = c.first_year
    left join (select indicator_code, max(first_year) as last_year from {{ ref('census') }} group by indicator_code) as t
        on l.indicator_code = t.indicator_code and l.year < t.last_year
    where l.previous_year = l.year - 1
    qualify row_number() over (partition by l.place_code, l.indicator_code, l.year order by b.indicator_code) = 1
),

judged as (
    select
        *,
        -- Into the first year counted as the census does, from one that was printed before its results; or both years
        -- precede a census and one of them alone is restated.
        case
            when census_zh is not null then previous_status <> 'revised'
            when is_recounted_later then (status = 'revised') <> (previous_status = 'revised')
            else false
        end as crosses_census
    from broken
)

select
    place_code,
    indicator_code,
    year::integer as year,
    value,
    unit,
    previous_value,
    case
        when boundary is null and not crosses_census then 100 * (value - previous_value) / nullif(previous_value, 0)
    end as growth_percent,
    case when boundary is not null then boundary when crosses_census then 'census_back_revision' end as break_kind,
    case
        when boundary is not null then boundary_zh
        when crosses_census then coalesce('上年数未知已按' || census_zh || '修订', '两年中只有一年为修订数')
    end as break_reason_zh,
    case
        when boundary is not null then boundary_en
        when crosses_census
            then
                coalesce(
                    'The figure of the year before is not known to be revised to the ' || census_en,
                    'Only one of the two years is a revised figure'
                )
    end as break_reason_en,
    cell_address,
    previous_cell_address
from judged
order by indicator_code, place_code, year
