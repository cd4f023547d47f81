select r.register_name, r.column_name, r.role
from {{ ref('register_column') }} as r
where
    r.register_name in (select c.register_name from {{ source('raw', 'register_cell') }} as c)
    and not exists (
        select 1 from {{ source('raw', 'register_cell') }} as c
        where c.register_name = r.register_name and c.column_name = r.column_name
    )
