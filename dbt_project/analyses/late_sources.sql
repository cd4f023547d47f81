select series_name_zh, series_name_en, place_name_zh, place_name_en, next_period, due_on, days_late
from {{ ref('mart_freshness') }}
where is_late
order by days_late desc, series_code, place_code
limit 25
