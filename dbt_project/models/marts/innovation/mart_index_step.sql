-- Each value of an index through all of its steps, with the treatment that its indicator had.
select
    i.framework,
    i.unit_code as place_code,
    i.period::integer as year,
    i.code as indicator_code,
    i.raw,
    i.denominated,
    i.imputed,
    i.value_low,
    i.value_high,
    i.value_kind,
    coalesce(i.imputation_method, x.imputation_method) as imputation_method,
    i.is_kept,
    t.skewness,
    t.kurtosis,
    coalesce(f.treatment, 'none') as treatment,
    z.treated,
    z.normalised,
    z.normalised_low,
    z.normalised_high,
    i.is_reference
from {{ ref('int_index_imputed') }} as i
left join {{ ref('int_index_input') }} as x
    on i.framework = x.framework and i.unit_code = x.unit_code and i.period = x.period and i.code = x.code
left join {{ ref('int_index_treatment') }} as t on i.framework = t.framework and i.code = t.code and t.step = 0
left join {{ ref('int_index_treatment') }} as f on i.framework = f.framework and i.code = f.code and f.is_final
left join {{ ref('int_index_normalised') }} as z on i.unit_id = z.unit_id and i.node_id = z.node_id
order by i.framework, year, place_code, indicator_code
