select
    c.claim_id,
    c.statement_zh,
    r.statement_en,
    c.subject,
    c.claimed_as_printed,
    -- Fractions and multiples are compared in per cent.
    case
        when c.claimed_unit in ('fraction', 'times increase') then 100 * c.claimed_number
        else c.claimed_number
    end as claimed_value,
    r.unit,
    r.operator,
    r.claimed_low,
    r.claimed_high,
    e.value as computed_value,
    e.low as computed_low,
    e.high as computed_high,
    {{ verdict('r.evidence', 'r.operator', 'r.claimed_low', 'r.claimed_high', 'e.value', 'e.low', 'e.high', 'e.is_known') }}
        as verdict,
    r.missing_en as missing,
    r.missing_zh,
    r.evidence,
    r.year as evidence_year,
    c.inputs_needed,
    c.document_id,
    c.cell_address
from {{ ref('stg_claim') }} as c
inner join {{ ref('claim_rule') }} as r on c.claim_id = r.claim_id
left join {{ ref('int_claim_evidence') }} as e on c.claim_id = e.claim_id
order by c.claim_id
