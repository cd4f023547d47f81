select
    source,
    sum(cells_read) filter (where step = 'land') as cells_read,
    sum(cells_quarantined) as quarantined,
    sum(cells_not_data) as not_data,
    sum(cells_read) filter (where step = 'land') - sum(cells_quarantined) - sum(cells_not_data) as landed
from {{ ref('mart_outcome') }}
group by source
order by cells_read desc, source
