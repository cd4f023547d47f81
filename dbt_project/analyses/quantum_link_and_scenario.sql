with linked as (
    select distinct unnest(city_codes) as place_code
    from {{ ref('mart_quantum_network') }}
)

select p.name_zh, p.name_en, count(*) as scenarios, string_agg(s.scenario, '; ' order by s.scenario) as named
from {{ ref('mart_quantum_scenario') }} as s
inner join linked as l on s.city_code = l.place_code
inner join {{ ref('dim_place') }} as p on l.place_code = p.place_code
group by p.name_zh, p.name_en
order by scenarios desc, p.name_en
