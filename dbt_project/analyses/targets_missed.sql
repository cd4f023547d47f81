select plan_title, metric_name_zh, metric_name_en, target_year, target_as_printed, actual, unit, verdict
from {{ ref('mart_target') }}
where is_current and verdict in ('missed', 'met', 'on_track')
order by verdict, plan_title, metric_name_en, target_year
