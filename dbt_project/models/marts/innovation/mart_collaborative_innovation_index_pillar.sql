select
    s.framework,
    s.unit_code as place_code,
    s.period::integer as year,
    s.node_code as pillar_code,
    n.name_zh as pillar_name_zh,
    n.name_en as pillar_name_en,
    s.score,
    s.score_low,
    s.score_high,
    sum(i.contribution) as contribution,
    sum(i.weight_in_pillar * i.known_share) as availability
from {{ ref('int_index_score') }} as s
inner join {{ ref('framework_node') }} as n on s.framework = n.framework and s.node_code = n.node_code
inner join {{ ref('int_index_indicator') }} as i
    on
        s.framework = i.framework and s.unit_code = i.place_code and s.period::integer = i.year
        and s.node_code = i.pillar_code
group by all
order by s.framework, year, place_code, pillar_code
