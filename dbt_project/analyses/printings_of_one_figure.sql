select value_as_printed, unit_as_printed, value, status, vintage_date, is_best, cell_address
from {{ ref('fct_observation') }}
where place_code = '330400' and indicator_code = 'gdp' and period = '2021'
order by vintage_date, cell_address
