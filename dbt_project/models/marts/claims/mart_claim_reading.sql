-- Each public claim in each of its readings: what was recomputed, the verdict on it and how far it lies from the claim.
select
    claim_id,
    reading,
    is_principal,
    reading_zh,
    reading_en,
    how_computed,
    value_kind,
    {{ significant('value') }} as computed_value,
    {{ significant('low') }} as computed_low,
    {{ significant('high') }} as computed_high,
    {{ verdict('how_computed', 'is_strict', 'claimed_low', 'claimed_high', 'value', 'low', 'high', 'value_kind') }} as verdict,
    {{ significant('(' ~ margin('claimed_low', 'claimed_high', 'value', 'low', 'high') ~ ')') }} as margin,
    {{ significant('(100 * (' ~ margin('claimed_low', 'claimed_high', 'value', 'low', 'high')
        ~ ') / abs(nullif(coalesce(claimed_value, claimed_low, claimed_high), 0)))') }} as margin_percent,
    missing_en as missing,
    missing_zh,
    addends
from {{ ref('int_claim_reading') }}
order by claim_id, is_principal desc, reading
