-- Median and 5-95 % of each score and rank over the runs of the uncertainty design.
with summary as (
    {{ index_interval(ref('int_index_draw'), ref('int_index_run'), ref('int_index_score')) }}
)

select
    i.framework,
    i.unit_code as place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    i.period::integer as year,
    i.score,
    i.score_median,
    i.score_p05,
    i.score_p95,
    i.rank,
    i.rank_median,
    i.rank_p05,
    i.rank_p95,
    i.rank_best,
    i.rank_worst,
    s.group_rank as rank_in_province,
    i.runs::integer as runs
from summary as i
inner join {{ ref('place') }} as p on i.unit_code = p.place_code
inner join {{ ref('int_index_score') }} as s
    on i.framework = s.framework and i.unit_code = s.unit_code and i.period = s.period and i.code = s.node_code
order by i.framework, year, i.rank nulls first
