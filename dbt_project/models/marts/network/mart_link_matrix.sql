with link as (
    {{ link_matrix(ref('fct_link')) }}
)

select
    l.measure,
    l.year,
    l.value_kind,
    l.counting,
    l.method,
    l.is_directed,
    l.from_place_code,
    a.name_zh as from_place_name_zh,
    a.name_en as from_place_name_en,
    l.to_place_code,
    b.name_zh as to_place_name_zh,
    b.name_en as to_place_name_en,
    l.value,
    l.value_low,
    l.value_high,
    l.unit,
    l.links
from link as l
inner join {{ ref('place') }} as a on l.from_place_code = a.place_code
inner join {{ ref('place') }} as b on l.to_place_code = b.place_code
order by l.measure, l.value_kind, l.counting, l.year, l.from_place_code, l.to_place_code
