select s.framework, s.place_code, s.year, s.score
from {{ ref('framework') }} as f
left join {{ ref('mart_collaborative_innovation_index') }} as s
    on f.framework = s.framework and f.base_place_code = s.place_code and f.base_year = s.year
where coalesce(abs(s.score - 100) > 1e-9, true)
