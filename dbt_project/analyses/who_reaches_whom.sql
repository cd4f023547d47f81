select from_place_name_zh, from_place_name_en, to_place_name_zh, to_place_name_en, year, value as enclaves
from {{ ref('mart_link_matrix') }}
where measure = 'reverse_innovation_enclave'
qualify year = max(year) over ()
order by enclaves desc, from_place_name_en, to_place_name_en
