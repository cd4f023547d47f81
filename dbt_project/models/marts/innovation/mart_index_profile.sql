-- Against the mean of the places with a published rank (macro index_profile).
with standing as (
    select framework, place_code as unit_code, year::varchar as period, rank
    from {{ ref('mart_collaborative_innovation_index') }}
),

profile as (
    {{ index_profile('standing', 3) }}
)

select
    s.framework,
    s.unit_code as place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    s.period::integer as year,
    n.indicator_code,
    n.name_zh as indicator_name_zh,
    n.name_en as indicator_name_en,
    s.normalised,
    s.mean as mean_normalised,
    s.weight,
    s.points as points_above_mean,
    s.standing,
    s.flag as profile_flag
from profile as s
inner join {{ ref('framework_node') }} as n on s.framework = n.framework and s.code = n.node_code
inner join {{ ref('place') }} as p on s.unit_code = p.place_code
order by s.framework, year, place_code, s.standing
