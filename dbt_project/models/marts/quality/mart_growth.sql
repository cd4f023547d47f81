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
        b.kind as break_kind,
        b.reason_zh,
        b.reason_en
    from level as l
    left join {{ ref('series_break') }} as b
        on l.place_code = b.place_code and b.indicator_code in ('*', l.indicator_code) and l.year = b.first_year
    where l.previous_year = l.year - 1
    qualify row_number() over (partition by l.place_code, l.indicator_code, l.year order by b.indicator_code) = 1
),

judged as (
    select
        * replace (
            case
                when break_kind is not null then break_kind
                -- One of the two was restated after a census, the other was not.
                when (status = 'revised') <> (previous_status = 'revised') then 'census_back_revision'
            end as break_kind,
            case
                when reason_zh is not null then reason_zh
                when (status = 'revised') <> (previous_status = 'revised') then '两年中只有一年已按普查修订'
            end as reason_zh,
            case
                when reason_en is not null then reason_en
                when (status = 'revised') <> (previous_status = 'revised')
                    then 'Only one of the two years is revised to the census'
            end as reason_en
        )
    from broken
)

select
    place_code,
    indicator_code,
    year::integer as year,
    value,
    unit,
    previous_value,
    case when break_kind is null then 100 * (value - previous_value) / nullif(previous_value, 0) end as growth_percent,
    break_kind,
    reason_zh as break_reason_zh,
    reason_en as break_reason_en,
    cell_address,
    previous_cell_address
from judged
order by indicator_code, place_code, year
