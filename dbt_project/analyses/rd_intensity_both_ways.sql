pivot (
    select year, metric_code, round(value, 2) as value
    from {{ ref('mart_metric') }}
    where metric_code in ('rd_intensity_mean_of_ratios', 'rd_intensity_ratio_of_sums')
)
on metric_code using first(value)
order by year desc
