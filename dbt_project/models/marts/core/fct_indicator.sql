select
    place_code,
    indicator_code,
    period,
    year,
    period_end,
    value,
    value_low,
    value_high,
    unit,
    qualifier,
    value_kind,
    status,
    vintage_date,
    document_id,
    cell_address,
    formula
from {{ ref('int_indicator') }}
order by indicator_code, place_code, period
