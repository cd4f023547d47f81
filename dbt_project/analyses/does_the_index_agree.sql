select name_zh, name_en, year, places, round(spearman_rho, 2) as rho, round(p_value, 3) as p, is_input, verdict_zh, verdict_en
from {{ ref('mart_index_validation') }}
where framework = 'g60_collaborative_innovation' and spearman_rho is not null
order by is_input, rho desc, name_en
