-- Which choice moves the scores and ranks most.
with summary as (
    {{ index_sensitivity(ref('int_index_draw'), ref('int_index_run')) }}
)

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
from summary as s
order by s.framework, s.output, place_code, year, s.factor
