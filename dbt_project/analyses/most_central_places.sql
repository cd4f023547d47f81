select
    measure, year, value_kind, place_name_zh, place_name_en, round(betweenness, 3) as betweenness,
    round(eigenvector, 3) as eigenvector, strength_rank
from {{ ref('mart_network_place') }}
where is_member
qualify row_number() over (partition by measure, year, value_kind order by betweenness desc, place_code) = 1
order by measure, year desc, value_kind
limit 20
