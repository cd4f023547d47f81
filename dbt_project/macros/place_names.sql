{#- Every name that a place goes by, as it is compared (macro name_key): its own, its code, its aliases; each with the days
    between which it holds. -#}
{% macro place_names() %}
select
    {{ name_key('n.name') }} as key,
    n.place_code,
    p.name_zh,
    coalesce(try_cast(n.valid_from as date), try_cast(p.valid_from as date)) as valid_from,
    coalesce(try_cast(n.valid_to as date), try_cast(p.valid_to as date)) as valid_to
from (
    select name_zh as name, place_code, null as valid_from, null as valid_to from {{ ref('place') }}
    union all
    select place_code, place_code, null, null from {{ ref('place') }}
    union all
    select alias, place_code, valid_from, valid_to from {{ ref('place_alias') }}
) as n
inner join {{ ref('place') }} as p on n.place_code = p.place_code
{% endmacro %}
