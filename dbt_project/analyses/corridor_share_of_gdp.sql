select year, value as share, value_low, value_high, value_kind, members_known
from {{ ref('mart_metric') }}
where metric_code = 'gdp_share_of_nation'
order by year desc
limit 12
