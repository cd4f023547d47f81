select
    d.other_place_name_zh as first_zh, d.place_name_zh as second_zh, d.indicator_name_zh, d.indicator_name_en,
    round(d.contribution_to_gap, 2) as points, round(d.gap, 2) as gap
from {{ ref('mart_index_difference') }} as d
inner join {{ ref('mart_collaborative_innovation_index') }} as i
    on d.framework = i.framework and d.place_code = i.place_code and d.year = i.year
where d.framework = 'g60_collaborative_innovation' and d.relation = 'to_best' and i.rank = 2
qualify d.year = max(d.year) over ()
order by abs(d.contribution_to_gap) desc, d.indicator_code
limit 15
