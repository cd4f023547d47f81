select
    p.name_zh, p.name_en, r.indicator_code, r.period, r.first_value, r.latest_value, r.unit,
    round(r.revision_percent, 2) as percent, r.days_between
from {{ ref('mart_revision') }} as r
inner join {{ ref('dim_place') }} as p on r.place_code = p.place_code
where r.revision_kind = 'revision' and not r.is_series_break
order by abs(r.revision_percent) desc, r.place_code, r.indicator_code, r.period
limit 20
