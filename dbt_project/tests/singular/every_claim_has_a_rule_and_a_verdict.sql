select c.claim_id, r.claim_id as rule_for, m.verdict
from {{ ref('stg_claim') }} as c
full outer join {{ ref('claim_rule') }} as r on c.claim_id = r.claim_id
left join {{ ref('mart_claim') }} as m on c.claim_id = m.claim_id
where c.claim_id is null or r.claim_id is null or m.verdict is null
