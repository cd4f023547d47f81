-- How likely each rank is.
select
    r.framework,
    r.unit_code as place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    r.period::integer as year,
    r.rank,
    r.probability
from {{ ref('int_index_rank_probability') }} as r
inner join {{ ref('place') }} as p on r.unit_code = p.place_code
order by r.framework, year, place_code, r.rank
