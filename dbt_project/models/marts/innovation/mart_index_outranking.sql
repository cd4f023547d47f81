-- How likely one place is ahead of another.
with summary as (
    {{ index_outranking(ref('int_index_draw'), ref('int_index_run')) }}
)

select
    o.framework,
    o.period::integer as year,
    o.unit_code as place_code,
    o.other_code,
    o.probability
from summary as o
order by o.framework, year, place_code, o.other_code
