{#- How each indicator is brought within the limits of skewness and kurtosis, step by step.

    series: variant, scope, node_id, winmax, skew_limit, kurtosis_limit, fallback, sorted (list of values).
    An indicator passes when |skewness| or kurtosis is below its limit (both corrected for the sample, kurtosis as
    excess). While it fails and fewer than winmax points were moved, the largest value (skewness >= 0) or the
    smallest is set to the next one; ties move together. If it still fails, the original values x become
    ln(x - min + 0.01 range), or the Box-Cox transform of (x - min) / range + 0.01 with the exponent of highest
    likelihood on -2, -1.9 … 2: the unit of x makes no difference, where x of millions to the power -2 would be lost
    beside 1. -#}
{% macro index_treatment(series) %}
with recursive winsorised as (
    select
        s.*,
        0 as step,
        s.sorted[1] as low_limit,
        s.sorted[-1] as high_limit,
        0 as points,
        {{ index_shape('s.sorted') }} as shape
    from {{ series }} as s
    union all
    select
        w.* replace (
            w.step + 1 as step,
            l.low_limit as low_limit,
            l.high_limit as high_limit,
            len(list_filter(w.sorted, lambda x: x < l.low_limit or x > l.high_limit)) as points,
            {{ index_shape('list_transform(w.sorted, lambda x: least(greatest(x, l.low_limit), l.high_limit))') }} as shape
        )
    from winsorised as w,
        lateral (
            select
                case
                    when w.shape.skewness >= 0 then w.low_limit
                    else list_min(list_filter(w.sorted, lambda x: x > w.low_limit))
                end as low_limit,
                case
                    when w.shape.skewness >= 0 then list_max(list_filter(w.sorted, lambda x: x < w.high_limit))
                    else w.high_limit
                end as high_limit
        ) as l
    where
        not {{ index_passes('w') }}
        and w.points < w.winmax
        and l.low_limit < l.high_limit
),

failing as (
    select * exclude (shape), shape as before, list_transform(
        sorted,
        lambda x: case
            when fallback = 'boxcox' then (x - sorted[1]) / (sorted[-1] - sorted[1]) + 0.01
            else x - sorted[1] + 0.01 * (sorted[-1] - sorted[1])
        end
    ) as above_zero
    from winsorised
    qualify
        step = max(step) over (partition by variant, scope, node_id)
        and winmax is not null and not {{ index_passes('winsorised') }} and fallback <> 'none'
),

boxcox as (
    select variant, scope, node_id, arg_max(lambda_tried, row(likelihood, -abs(lambda_tried))) as exponent
    from (
        select
            f.variant, f.scope, f.node_id, t.tenths / 10 as lambda_tried,
            list_transform(f.above_zero, lambda x: {{ index_boxcox('x', 't.tenths / 10') }}) as tried,
            (t.tenths / 10 - 1) * list_sum(list_transform(f.above_zero, lambda x: ln(x)))
            - len(f.above_zero) / 2 * ln(list_var_pop(tried)) as likelihood
        from failing as f
        cross join (select unnest(generate_series(-20, 20)) as tenths) as t
        where f.fallback = 'boxcox'
    )
    group by all
),

transformed as (
    select
        f.* exclude (before, above_zero),
        e.exponent,
        list_transform(
            f.above_zero, lambda x: case when f.fallback = 'log' then ln(x) else {{ index_boxcox('x', 'e.exponent') }} end
        ) as changed
    from failing as f
    left join boxcox as e
        on f.variant = e.variant and f.scope = e.scope and f.node_id = e.node_id
),

every as (
    select
        variant, scope, node_id, winmax, step, case when step = 0 then 'none' else 'winsorised' end as treatment,
        low_limit, high_limit, points, shape, skew_limit, kurtosis_limit, null::double as exponent
    from winsorised
    union all
    select
        variant, scope, node_id, winmax, step + 1 as step, fallback as treatment,
        sorted[1] as low_limit, sorted[-1] as high_limit, 0 as points, {{ index_shape('changed') }} as shape,
        skew_limit, kurtosis_limit, exponent
    from transformed
)

select
    variant,
    scope,
    node_id,
    step::integer as step,
    treatment,
    low_limit,
    high_limit,
    points::integer as points,
    shape.skewness as skewness,
    shape.kurtosis as kurtosis,
    {{ index_passes('every') }} as passes,
    step = max(step) over (partition by variant, scope, node_id) as is_final,
    exponent
from every
{% endmacro %}

{#- Skewness and kurtosis of a list, corrected for the sample; null for a constant. -#}
{% macro index_shape(list) -%}
    list_transform(
        [list_transform(
            [struct_pack(v := {{ list }}, mean := list_avg({{ list }}), n := len({{ list }}))],
            lambda s: struct_pack(
                n := s.n,
                -- The mean of a constant may differ from it in the last digit.
                varies := list_min(s.v) < list_max(s.v),
                m2 := list_avg(list_transform(s.v, lambda x: (x - s.mean) * (x - s.mean))),
                m3 := list_avg(list_transform(s.v, lambda x: (x - s.mean) * (x - s.mean) * (x - s.mean))),
                m4 := list_avg(list_transform(s.v, lambda x: (x - s.mean) * (x - s.mean) * (x - s.mean) * (x - s.mean)))
            )
        )[1]],
        lambda m: struct_pack(
            skewness := case
                when m.n > 2 and m.varies and m.m2 > 0 then sqrt(m.n * (m.n - 1)) / (m.n - 2) * m.m3 / (m.m2 * sqrt(m.m2))
            end,
            kurtosis := case
                when m.n > 3 and m.varies and m.m2 > 0
                    then (m.n - 1) / ((m.n - 2) * (m.n - 3)) * ((m.n + 1) * (m.m4 / (m.m2 * m.m2) - 3) + 6)
            end
        )
    )[1]
{%- endmacro %}

{% macro index_passes(row) -%}
    coalesce(
        abs({{ row }}.shape.skewness) < {{ row }}.skew_limit or {{ row }}.shape.kurtosis < {{ row }}.kurtosis_limit,
        {{ row }}.shape.skewness is null or {{ row }}.skew_limit is null
    )
{%- endmacro %}

{% macro index_boxcox(x, exponent) -%}
    case when {{ exponent }} = 0 then ln({{ x }}) else (pow({{ x }}, {{ exponent }}) - 1) / ({{ exponent }}) end
{%- endmacro %}
