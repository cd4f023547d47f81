select
    p.name_zh as place,
    i.period,
    i.value as printed_intensity,
    100 * r.value / g.value as recomputed_intensity,
    r.cell_address as rd_expenditure_at,
    g.cell_address as gdp_at,
    i.cell_address
from {{ ref('int_observation') }} as i
inner join {{ ref('int_observation') }} as r
    on i.document_id = r.document_id and i.place_code = r.place_code and i.period = r.period
inner join {{ ref('int_observation') }} as g
    on i.document_id = g.document_id and i.place_code = g.place_code and i.period = g.period
inner join {{ ref('dim_place') }} as p on i.place_code = p.place_code
where
    i.indicator_code = 'rd_intensity'
    and r.indicator_code = 'rd_expenditure'
    and g.indicator_code = 'gdp'
    and (100 * r.closed_low / g.closed_high > i.closed_high + 0.005 or 100 * r.closed_high / g.closed_low < i.closed_low - 0.005)
