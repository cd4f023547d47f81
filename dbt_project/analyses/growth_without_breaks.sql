select
    p.name_zh, p.name_en, g.indicator_code, g.year, g.previous_value, g.value, g.break_kind, g.break_reason_zh,
    g.break_reason_en
from {{ ref('mart_growth') }} as g
inner join {{ ref('dim_place') }} as p on g.place_code = p.place_code
where g.break_kind is not null
order by g.indicator_code, g.place_code, g.year
