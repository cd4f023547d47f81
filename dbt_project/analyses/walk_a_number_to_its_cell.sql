select
    f.place_code, f.indicator_code, f.period, f.value, f.unit, d.title, d.publisher, d.url, f.cell_address,
    o.value_as_printed, o.unit_as_printed
from {{ ref('fct_indicator') }} as f
inner join {{ ref('dim_document') }} as d on f.document_id = d.document_id
left join {{ ref('fct_observation') }} as o
    on f.place_code = o.place_code and f.indicator_code = o.indicator_code and f.period = o.period and o.is_best
where f.place_code = '320500' and f.indicator_code = 'gdp' and f.year = 2022
