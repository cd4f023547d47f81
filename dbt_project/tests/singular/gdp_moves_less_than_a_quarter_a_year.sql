{{ config(severity='warn') }}
select a.place_code, a.year, a.value as value_before, b.value as value_after, a.cell_address as before_at, b.cell_address
from {{ ref('fct_indicator') }} as a
inner join {{ ref('fct_indicator') }} as b
    on a.place_code = b.place_code and a.indicator_code = b.indicator_code and a.year + 1 = b.year
inner join {{ ref('dim_place') }} as p on a.place_code = p.place_code and p.is_member
where a.indicator_code = 'gdp' and a.year >= 2012 and (b.value / a.value - 1) not between -0.25 and 0.25
