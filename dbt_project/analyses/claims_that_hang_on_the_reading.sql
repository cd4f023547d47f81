select c.claim_id, c.statement_zh, c.statement_en, r.reading_zh, r.reading_en, r.is_principal, r.verdict
from {{ ref('mart_claim') }} as c
inner join {{ ref('mart_claim_reading') }} as r on c.claim_id = r.claim_id
where c.verdict_depends_on_reading
order by c.claim_id, r.is_principal desc, r.reading
