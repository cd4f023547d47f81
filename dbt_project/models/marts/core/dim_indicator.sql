select
    i.indicator_code,
    i.name_zh,
    i.name_en,
    i.definition_zh,
    i.definition_en,
    i.base_unit as unit,
    u.name_en as unit_en,
    i.measure,
    i.domain,
    i.is_additive,
    i.min_value,
    i.max_value,
    d.formula
from {{ ref('indicator') }} as i
inner join {{ ref('unit') }} as u on i.base_unit = u.unit
left join {{ ref('derivation') }} as d on i.indicator_code = d.indicator_code
qualify row_number() over (partition by i.indicator_code order by d.pass) = 1
order by i.domain, i.indicator_code
