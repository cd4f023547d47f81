{% set shown = [
    'gdp', 'gdp_growth', 'pop_resident', 'gdp_per_head', 'tertiary_share', 'rd_expenditure', 'rd_intensity',
    'hitech_enterprises', 'hitech_per_10k', 'invention_patents_per_10k', 'tech_contract_value', 'star_listed',
    'trade_total', 'trade_to_gdp', 'fdi_actual', 'deposits_balance', 'loans_balance', 'retail_sales',
    'road_area_per_capita', 'bachelor_share'
] -%}
-- One row a member and year: the figures most asked for, side by side. A blank is a gap, never a zero.
with wide as (
    select
        place_code,
        year,
        {% for code in shown -%}
            max(value) filter (where indicator_code = '{{ code }}') as {{ code }},
        {% endfor %}
        count(*)::integer as figures
    from {{ ref('int_indicator') }}
    where year between 2010 and 2024
    group by place_code, year
)

select
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    w.*,
    i.score as index_score,
    i.rank as index_rank,
    i.availability as index_availability,
    i.is_indicative as index_is_indicative
from wide as w
inner join {{ ref('place') }} as p on w.place_code = p.place_code
left join {{ ref('mart_collaborative_innovation_index') }} as i
    on w.place_code = i.place_code and w.year = i.year and i.framework = 'g60_collaborative_innovation'
where p.is_member
order by w.place_code, w.year
