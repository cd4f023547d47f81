select claim_set, verdict, count(*) as claims
from {{ ref('mart_claim') }}
group by claim_set, verdict
order by claim_set, claims desc, verdict
