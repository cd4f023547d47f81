select file_path, cell_address, step, raw_text, rule, reason, remedy
from {{ ref('mart_quarantine') }}
order by file_path, cell_address
