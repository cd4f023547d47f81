with ranked as (
    select year, place_name_zh, place_name_en, value, rank() over (partition by year order by value desc) as place_rank
    from {{ ref('mart_metric') }}
    inner join {{ ref('dim_place') }} using (place_code)
    where metric_code = 'gdp_per_head' and is_member
)

select
    year, place_name_zh, place_name_en, round(value) as yuan, place_rank,
    lag(place_rank) over (partition by place_name_zh order by year) - place_rank as moved_up
from ranked
qualify year >= max(year) over () - 1
order by year desc, place_rank
