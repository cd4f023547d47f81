select year, priority, place_name_zh, place_name_en, indicator_name_zh, indicator_name_en, round(share, 3) as share
from {{ ref('mart_most_wanted') }}
where framework = 'g60_collaborative_innovation'
qualify year = max(year) over ()
order by priority, place_code, indicator_code
limit 10
