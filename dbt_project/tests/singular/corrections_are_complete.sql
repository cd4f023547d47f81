select *
from {{ ref('correction') }}
where
    action not in ('drop', 'override', 'scale', 'flag')
    or expect is null
    or reason_zh is null
    or reason_en is null
    or decided_by is null
    or decided_on is null
    or (action = 'override') <> (value is not null)
    or (action = 'scale') <> (factor is not null)
