select
    c.framework,
    c.place_code,
    c.year,
    c.pillar_code,
    n.name_zh as pillar_name_zh,
    n.name_en as pillar_name_en,
    any_value(c.points) * sum(c.effective_weight_in_pillar * c.normalised) as score,
    any_value(c.points) * sum(c.effective_weight_in_pillar * c.normalised_low) as score_low,
    any_value(c.points) * sum(c.effective_weight_in_pillar * c.normalised_high) as score_high,
    sum(c.contribution) as contribution,
    sum(c.effective_weight_in_pillar * c.known_share) as availability
from {{ ref('int_index_contribution') }} as c
inner join {{ ref('framework_node') }} as n on c.framework = n.framework and c.pillar_code = n.node_code
group by all
order by c.framework, c.year, c.place_code, c.pillar_code
