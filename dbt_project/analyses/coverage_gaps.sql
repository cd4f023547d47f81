select indicator_code, gap_reason, count(*) as cells, count(distinct place_code) as places
from {{ ref('mart_coverage') }}
where not is_covered and year >= 2019
group by indicator_code, gap_reason
order by cells desc, indicator_code, gap_reason
limit 25
