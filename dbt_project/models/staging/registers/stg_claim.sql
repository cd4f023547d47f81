-- The public claims of the founding article, as stated.
with claim as (
    {{ register('claims', [
        'claim_id', 'claim_zh_short', 'subject', 'metric', 'period', 'value_text', 'value_numeric', 'unit', 'comparison',
        'what_is_needed_to_recompute'
    ]) }}
)

select
    claim_id,
    claim_zh_short as statement_zh,
    subject,
    metric,
    period as period_text,
    value_text as claimed_as_printed,
    try_cast(value_numeric as double) as claimed_number,
    unit as claimed_unit,
    comparison as comparison_text,
    what_is_needed_to_recompute as inputs_needed,
    document_id,
    cell_address
from claim
