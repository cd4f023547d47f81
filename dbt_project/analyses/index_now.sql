select place_name_zh, place_name_en, round(score, 1) as score, rank, rank_p05, rank_p95
from {{ ref('mart_index_interval') }}
where framework = 'g60_collaborative_innovation' and rank is not null
qualify year = max(year) over ()
order by rank, place_name_en
