select
    coalesce(place_name_zh, '未知') as place_zh, coalesce(place_name_en, 'unknown') as place_en,
    coalesce(fields_zh, '未知') as fields, count(*) as centres,
    count(*) filter (where is_named) as named_centres
from {{ ref('mart_verification_centre') }}
group by place_zh, place_en, fields
order by centres desc, place_en, fields
