-- Which choice moves the scores and ranks most.
select
    s.framework,
    s.output,
    nullif(s.unit_code, '') as place_code,
    nullif(s.period, '')::integer as year,
    s.factor,
    s.first_order,
    s.total,
    s.variance,
    s.runs::integer as runs,
    s.method
from {{ ref('int_index_sensitivity') }} as s
order by s.framework, s.output, place_code, year, s.factor
