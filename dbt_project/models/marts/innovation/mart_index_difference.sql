-- Compared by published ranks: a place of which next to nothing was observed neither is held against others nor
-- sets the mark for them (macros index_pair and index_difference).
with standing as (
    select framework, place_code as unit_code, year::varchar as period, rank
    from {{ ref('mart_collaborative_innovation_index') }}
),

pair as (
    {{ index_pair('standing') }}
),

difference as (
    {{ index_difference('pair') }}
)

select
    d.framework,
    d.relation,
    d.a_unit as place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    d.a_period::integer as year,
    d.b_unit as other_place_code,
    o.name_zh as other_place_name_zh,
    o.name_en as other_place_name_en,
    d.b_period::integer as other_year,
    n.indicator_code,
    n.name_zh as indicator_name_zh,
    n.name_en as indicator_name_en,
    d.a_value as normalised,
    d.b_value as other_normalised,
    d.contribution as contribution_to_gap,
    d.gap
from difference as d
inner join {{ ref('framework_node') }} as n on d.framework = n.framework and d.code = n.node_code
inner join {{ ref('place') }} as p on d.a_unit = p.place_code
inner join {{ ref('place') }} as o on d.b_unit = o.place_code
order by d.framework, year, d.relation, d.gap, place_code, abs(d.contribution) desc, n.indicator_code
