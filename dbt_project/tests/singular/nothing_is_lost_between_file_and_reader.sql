with fact as (
    select d.file_path, count(*) as figures
    from {{ ref('int_observation') }} as o
    inner join (select cell_address, file_path from {{ ref('stg_statistic') }}) as d on o.cell_address = d.cell_address
    group by d.file_path
)

select o.file_path, o.pieces_read, o.pieces_landed, o.pieces_quarantined, f.figures
from {{ ref('mart_outcome') }} as o
left join fact as f on o.file_path = f.file_path
where
    o.pieces_read <> o.pieces_landed + o.pieces_quarantined
    or (o.layout <> 'register' and coalesce(f.figures, 0) <> o.pieces_landed)
