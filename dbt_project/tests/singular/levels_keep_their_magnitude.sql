-- A wrong unit moves a level by a factor of ten or more; no city's economy, population or money does in a few years.
with level as (
    select
        f.*,
        lag(f.value) over series as value_before,
        lag(f.year) over series as year_before,
        lag(f.cell_address) over series as cell_address_before
    from {{ ref('fct_indicator') }} as f
    inner join {{ ref('dim_indicator') }} as i on f.indicator_code = i.indicator_code
    inner join {{ ref('dim_place') }} as p on f.place_code = p.place_code and p.place_kind <> 'corridor'
    where
        i.is_additive
        and i.domain in ('economy', 'population', 'finance')
        and f.indicator_code not like 'star_listed%'
        and f.year is not null
        and f.value > 0
    window series as (partition by f.place_code, f.indicator_code order by f.year)
)

select
    place_code, indicator_code, year_before, value_before, cell_address_before, year, value, unit, cell_address,
    value / value_before as factor
from level
where year - year_before <= 3 and value / value_before not between 0.2 and 5
