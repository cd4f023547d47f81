with fact as (
    select s.file_path, s.document_id, count(*) as figures
    from {{ ref('stg_statistic') }} as s
    where s.reject_rule is null and not s.is_missing
    group by s.file_path, s.document_id
),

index_value as (
    select s.file_path, s.document_id, count(*) as figures
    from {{ ref('stg_published_index') }} as s
    where s.reject_rule is null
    group by s.file_path, s.document_id
),

published as (
    select file_path, document_id, figures from fact
    union all
    select file_path, document_id, figures from index_value
    union all
    select file_path, document_id, count(*)
    from {{ ref('stg_printed_rank') }}
    where reject_rule is null
    group by file_path, document_id
    union all
    select file_path, document_id, count(*)
    from {{ ref('stg_register_entry') }}
    where reject_rule is null
    group by file_path, document_id
    union all
    select file_path, document_id, count(*) from {{ ref('stg_claim') }} where reject_rule is null group by file_path, document_id
    union all
    select file_path, document_id, sum(cells)
    from {{ ref('stg_event') }}
    where reject_rule is null and not is_within_a_place
    group by file_path, document_id
),

observed as (
    select count(*) as figures from {{ ref('int_observation') }} where origin = 'observed'
),

-- Events of partitions are counted where they lie: none of their cells is staged again.
counted as (
    select document_id, sum(events) as events from {{ source('raw', 'event_count') }} group by document_id
),

linked as (
    select document_id, sum(events) as events from {{ ref('int_link_count') }} group by document_id
),

landed as (
    select file_path, sum(cells_read) as figures from {{ ref('mart_outcome') }} where step = 'stage' group by file_path
)

select o.file_path, o.step, o.cells_read, o.cells_landed, o.cells_quarantined, o.cells_not_data, null as figures
from {{ ref('mart_outcome') }} as o
where o.cells_read <> o.cells_landed + o.cells_quarantined + o.cells_not_data
union all
select o.file_path, 'land to stage', o.cells_landed, null, null, null, l.figures
from {{ ref('mart_outcome') }} as o
inner join {{ source('raw', 'file') }} as w on o.file_path = w.file_path
left join landed as l on o.file_path = l.file_path
where
    o.step = 'land' and o.layout <> 'register' and w.data_set is null and coalesce(l.figures, 0) <> o.cells_landed
union all
select c.document_id, 'count to link', c.events, null, null, null, l.events as figures
from counted as c
left join linked as l on c.document_id = l.document_id
where c.events <> coalesce(l.events, 0)
union all
select o.file_path, o.step, o.cells_read, o.cells_landed, null, null, f.figures
from {{ ref('mart_outcome') }} as o
left join published as f on o.file_path = f.file_path and o.document_id = f.document_id
where o.step = 'stage' and coalesce(f.figures, 0) <> o.cells_landed
union all
-- A build as of a day leaves out what was not known yet.
select 'all files', 'observe', sum(f.figures), null, null, null, any_value(o.figures)
from fact as f
cross join observed as o
having sum(f.figures) <> any_value(o.figures) and {{ 'false' if var('as_of') else 'true' }}
union all
select 'all files', 'publish', sum(v.figures), null, null, null, (select count(*) from {{ ref('mart_published_index') }})
from index_value as v
having sum(v.figures) <> (select count(*) from {{ ref('mart_published_index') }}) and {{ 'false' if var('as_of') else 'true' }}
union all
select 'all files', 'register', count(*), null, null, null, (select count(*) from {{ ref('fct_register_entry') }})
from {{ ref('stg_register_entry') }}
where reject_rule is null
having count(*) <> (select count(*) from {{ ref('fct_register_entry') }}) and {{ 'false' if var('as_of') else 'true' }}
