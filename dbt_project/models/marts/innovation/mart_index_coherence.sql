select
    c.framework,
    c.statistic,
    c.scope as subject_kind,
    c.relation as held_against,
    c.code_a,
    coalesce(a.name_zh, p.name_zh) as name_a_zh,
    coalesce(a.name_en, p.name_en) as name_a_en,
    c.code_b,
    b.name_zh as name_b_zh,
    b.name_en as name_b_en,
    c.period as pooled_period,
    -- Sums over rows in no order differ in their last digits; nothing that is read does.
    round(c.value, 10) as statistic_value,
    c.n as cases,
    c.flag as coherence_flag
from {{ ref('int_index_coherence') }} as c
left join {{ ref('framework_node') }} as a on c.scope = 'node' and c.framework = a.framework and c.code_a = a.node_code
left join {{ ref('framework_node') }} as b on c.scope = 'node' and c.framework = b.framework and c.code_b = b.node_code
left join {{ ref('place') }} as p on c.scope = 'unit' and c.code_a = p.place_code
order by c.framework, c.statistic, subject_kind, held_against, c.code_a, c.code_b, pooled_period
