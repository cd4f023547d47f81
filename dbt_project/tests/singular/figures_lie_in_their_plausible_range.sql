select f.place_code, f.indicator_code, f.period, f.value, f.unit, i.min_value, i.max_value, f.formula, f.cell_address
from {{ ref('fct_indicator') }} as f
inner join {{ ref('dim_indicator') }} as i on f.indicator_code = i.indicator_code
where f.value not between i.min_value and i.max_value
