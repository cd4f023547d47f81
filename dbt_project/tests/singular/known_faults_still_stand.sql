{{ config(severity='warn') }}
select f.*
from {{ ref('known_fault') }} as f
anti join {{ ref('int_observation') }} as o
    on f.place_code = o.place_code and f.indicator_code = o.indicator_code and f.period = o.period and o.is_known_fault
