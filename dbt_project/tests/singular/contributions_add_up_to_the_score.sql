with by_indicator as (
    select framework, place_code, year, sum(contribution) as total
    from {{ ref('mart_collaborative_innovation_index_contribution') }}
    group by all
),

by_pillar as (
    select framework, place_code, year, sum(contribution) as total
    from {{ ref('mart_collaborative_innovation_index_pillar') }}
    group by all
)

select s.framework, s.place_code, s.year, s.score, i.total as by_indicator, p.total as by_pillar
from {{ ref('mart_collaborative_innovation_index') }} as s
left join by_indicator as i on s.framework = i.framework and s.place_code = i.place_code and s.year = i.year
left join by_pillar as p on s.framework = p.framework and s.place_code = p.place_code and s.year = p.year
where coalesce(abs(s.score - i.total) > 1e-9, true) or coalesce(abs(s.score - p.total) > 1e-9, true)
