-- The index without one indicator or one pillar.
select
    r.framework,
    r.left_out as node_code,
    n.name_zh as node_name_zh,
    n.name_en as node_name_en,
    d.unit_code as place_code,
    d.period::integer as year,
    d.score,
    d.rank,
    d.score - b.score as score_change,
    d.rank - b.rank as rank_change
from {{ ref('int_index_draw') }} as d
inner join {{ ref('int_index_run') }} as r on d.framework = r.framework and d.run = r.run and r.role = 'left_out'
inner join {{ ref('int_index_draw') }} as b on d.framework = b.framework and b.run = 0 and d.unit_id = b.unit_id
inner join {{ ref('framework_node') }} as n on r.framework = n.framework and r.left_out = n.node_code
order by r.framework, year, place_code, r.left_out
