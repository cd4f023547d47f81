with name as (
    select 'place' as kind, name_zh as name, place_code as code, null as source, null as dimension from {{ ref('place') }}
    union all
    select 'place', alias, place_code, null, null from {{ ref('place_alias') }}
    union all
    select 'indicator', name_zh, indicator_code, null, null from {{ ref('indicator') }}
    union all
    select 'indicator', alias, indicator_code, source, dimension from {{ ref('indicator_alias') }}
)

select kind, name, source, dimension, list(distinct code) as codes
from name
group by all
having count(distinct code) > 1
