select metric_code, name_zh, name_en, unit, count(distinct place_code) as places, min(year) as first_year, max(year) as last_year
from {{ ref('mart_metric') }}
group by metric_code, name_zh, name_en, unit
order by metric_code
