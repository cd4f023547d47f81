select
    pillar_code, indicator_name_zh, indicator_name_en, round(value, 3) as value, unit, value_kind,
    round(contribution, 2) as points
from {{ ref('mart_collaborative_innovation_index_contribution') }}
where framework = 'g60_collaborative_innovation' and place_code = '340100'
qualify year = max(year) over ()
order by points desc, indicator_code
