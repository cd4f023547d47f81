select
    indicator_name_zh, indicator_name_en, first_year, last_year, members_known, round(beta, 4) as beta,
    round(p_value, 3) as p, round(sd_log_first, 3) as sd_first, round(sd_log_last, 3) as sd_last
from {{ ref('mart_convergence') }}
where beta is not null
order by indicator_code, first_year, last_year
