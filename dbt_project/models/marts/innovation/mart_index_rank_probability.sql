-- How likely each rank is.
with summary as (
    {{ index_rank_probability(ref('int_index_draw'), ref('int_index_run')) }}
)

select
    r.framework,
    r.unit_code as place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    r.period::integer as year,
    r.rank,
    r.probability
from summary as r
inner join {{ ref('place') }} as p on r.unit_code = p.place_code
order by r.framework, year, place_code, r.rank
