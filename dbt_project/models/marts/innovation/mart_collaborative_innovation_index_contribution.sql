select
    c.framework,
    c.place_code,
    c.year,
    c.pillar_code,
    c.indicator_code,
    i.name_zh as indicator_name_zh,
    i.name_en as indicator_name_en,
    c.value,
    c.value_low,
    c.value_high,
    i.base_unit as unit,
    c.value_kind,
    c.imputation_method,
    c.normalised,
    c.normalised_low,
    c.normalised_high,
    c.weight,
    c.contribution,
    c.contribution_low,
    c.contribution_high
from {{ ref('int_index_indicator') }} as c
inner join {{ ref('indicator') }} as i on c.indicator_code = i.indicator_code
order by c.framework, c.year, c.place_code, c.pillar_code, c.indicator_code
