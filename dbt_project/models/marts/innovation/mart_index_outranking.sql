-- How likely one place is ahead of another.
select
    o.framework,
    o.period::integer as year,
    o.unit_code as place_code,
    o.other_code,
    o.probability
from {{ ref('int_index_outranking') }} as o
order by o.framework, year, place_code, o.other_code
