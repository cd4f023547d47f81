-- The missing numbers by what knowing them would be worth: what to collect next.
with summary as (
    {{ index_most_wanted(ref('int_index_draw'), ref('int_index_run'), ref('int_index_imputed')) }}
)

select
    w.framework,
    w.period::integer as year,
    w.priority,
    w.unit_code as place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    w.code as indicator_code,
    i.name_zh as indicator_name_zh,
    i.name_en as indicator_name_en,
    w.value,
    w.value_low,
    w.value_high,
    i.base_unit as unit,
    w.value_kind,
    x.imputation_method,
    w.reduction,
    w.share
from summary as w
inner join {{ ref('place') }} as p on w.unit_code = p.place_code
inner join {{ ref('framework_node') }} as n on w.framework = n.framework and w.code = n.node_code
inner join {{ ref('indicator') }} as i on n.indicator_code = i.indicator_code
inner join {{ ref('int_index_input') }} as x
    on w.framework = x.framework and w.unit_code = x.unit_code and w.period = x.period and w.code = x.code
order by w.framework, year, w.priority
