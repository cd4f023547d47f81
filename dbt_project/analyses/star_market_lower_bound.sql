select
    year, listed, listed_high, nation_listed, round(share_of_nation_low, 2) as share_low,
    round(share_of_nation_high, 2) as share_high, is_lower_bound
from {{ ref('mart_star_listing') }}
where place_code = 'G60' and is_year_end
order by year desc
