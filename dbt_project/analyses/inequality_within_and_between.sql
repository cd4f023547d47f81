select
    year, round(theil, 4) as theil, round(theil_within, 4) as within_provinces,
    round(theil_between, 4) as between_provinces, members_known
from {{ ref('mart_inequality') }}
where indicator_code = 'gdp_per_head' and scope = 'known' and weighting = 'denominator' and theil is not null
order by year desc
limit 12
