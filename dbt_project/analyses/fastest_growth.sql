select
    p.name_zh, p.name_en, max(g.year) as last_year,
    round(100 * (exp(sum(ln(1 + g.growth_percent / 100)) / count(*)) - 1), 2) as percent_a_year
from {{ ref('mart_growth') }} as g
inner join {{ ref('dim_place') }} as p on g.place_code = p.place_code
where g.indicator_code = 'gdp' and p.is_member and g.year between 2020 and 2022 and g.growth_percent is not null
group by p.name_zh, p.name_en
having count(*) = 3
order by percent_a_year desc
