-- Corrections decided on, the printed text they expect, and both values: as printed and as used.
select
    c.correction_id,
    c.action,
    c.place_code,
    c.indicator_code,
    c.period,
    c.expect,
    s.value_as_printed,
    s.unit_as_printed,
    coalesce(s.value_before_correction, s.value) as printed_value,
    case when c.action <> 'drop' then s.value end as used_value,
    s.unit,
    c.reason_zh,
    c.reason_en,
    c.decided_by,
    c.decided_on,
    s.document_id,
    s.cell_address
from {{ ref('correction') }} as c
left join {{ ref('stg_statistic') }} as s on c.correction_id = s.correction_id
order by c.correction_id, s.cell_address
