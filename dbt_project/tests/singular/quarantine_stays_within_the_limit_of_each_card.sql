select
    file_path, rejected_share, rejected_limit,
    sum(cells_quarantined) as cells_quarantined
from {{ ref('mart_outcome') }}
where not is_within_limit
group by all
