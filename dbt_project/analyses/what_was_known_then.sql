select place_code, period, value, unit, status, vintage_date, cell_address
from as_of('2021-06-30')
where place_code = '100000' and indicator_code = 'gdp' and period = '2019'
