{#- How each indicator is brought within the limits of skewness and kurtosis, step by step.

    series: variant, scope, node_id, winmax, skew_limit, kurtosis_limit, fallback, sorted (list of values).
    An indicator passes when |skewness| or kurtosis is below its limit (both corrected for the sample, kurtosis as
    excess). While it fails and fewer than winmax points were moved, the largest value (skewness >= 0) or the
    smallest is set to the next one; ties move together. If it still fails, the original values x become
    ln(x - min + 0.01 range), or the Box-Cox transform of (x - min) / range + 0.01 with the exponent of highest
    likelihood on -2, -1.9 … 2: the unit of x makes no difference, where x of millions to the power -2 would be lost
    beside 1. -#}
{% macro index_treatment(series) %}
{%- set clamped = 'least(greatest(x, low_limit), high_limit)' %}
with recursive winsorising as (
    select
        variant, scope, node_id, winmax, skew_limit, kurtosis_limit, fallback, sorted,
        0 as step,
        {{ item('sorted', 1) }} as low_limit,
        {{ item('sorted', -1) }} as high_limit,
        0 as points,
        {{ index_shape('sorted') }} as shape
    from {{ series }}
    union all
    select
        variant, scope, node_id, winmax, skew_limit, kurtosis_limit, fallback, sorted, step, low_limit, high_limit,
        {{ length_of(those('sorted', 'x', 'x < low_limit or x > high_limit')) }} as points,
        {{ index_shape(each('sorted', 'x', clamped)) }} as shape
    from (
        select
            w.variant, w.scope, w.node_id, w.winmax, w.skew_limit, w.kurtosis_limit, w.fallback, w.sorted,
            w.step + 1 as step,
            case
                when w.shape.skewness >= 0 then w.low_limit
                else {{ least_of(those('w.sorted', 'x', 'x > w.low_limit')) }}
            end as low_limit,
            case
                when w.shape.skewness >= 0 then {{ greatest_of(those('w.sorted', 'x', 'x < w.high_limit')) }}
                else w.high_limit
            end as high_limit
        from winsorising as w
        where not {{ index_passes('w') }} and w.points < w.winmax
    ) as moved
    where low_limit < high_limit
),

winsorised as (
    select * from winsorising where {{ computed_once() }}
),

failing as (
    select
        variant, scope, node_id, winmax, skew_limit, kurtosis_limit, fallback, step, low_end, high_end,
        {{ each(
            'sorted', 'x',
            "case when fallback = 'boxcox' then (x - low_end) / (high_end - low_end) + 0.01
                else x - low_end + 0.01 * (high_end - low_end) end"
        ) }} as above_zero
    from (
        select *, {{ item('sorted', 1) }} as low_end, {{ item('sorted', -1) }} as high_end
        from winsorised
        qualify
            step = max(step) over (partition by variant, scope, node_id)
            and winmax is not null and not {{ index_passes('winsorised') }} and fallback <> 'none'
    )
),

boxcox as (
    select
        variant, scope, node_id,
        max_by(lambda_tried, {{ record(likelihood='likelihood', nearness='-abs(lambda_tried)') }}) as exponent
    from (
        select
            variant, scope, node_id, lambda_tried,
            (lambda_tried - 1) * {{ sum_of(each('above_zero', 'x', 'ln(x)')) }}
            - {{ length_of('above_zero') }} / 2 * ln({{ bound(
                'm', mean_of('tried'), mean_of(each('tried', 'x', '(x - m) * (x - m)'))
            ) }}) as likelihood
        from (
            select
                f.variant, f.scope, f.node_id, f.above_zero, t.tenths / 10 as lambda_tried,
                {{ each('f.above_zero', 'x', index_boxcox('x', 't.tenths / 10')) }} as tried
            from failing as f
            cross join (select {{ unnested(number_range(-20, 20)) }} as tenths) as t
            where f.fallback = 'boxcox'
        ) as candidate
    ) as exponents
    group by all
),

transformed as (
    select
        f.variant, f.scope, f.node_id, f.winmax, f.skew_limit, f.kurtosis_limit, f.fallback, f.step, f.low_end, f.high_end,
        e.exponent,
        {{ each(
            'f.above_zero', 'x',
            "case when f.fallback = 'log' then ln(x) else " ~ index_boxcox('x', 'e.exponent') ~ " end"
        ) }} as changed
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
        low_end as low_limit, high_end as high_limit, 0 as points, {{ index_shape('changed') }} as shape,
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
    {%- set moments = record(
        n='cast(' ~ length_of('s.v') ~ ' as double)',
        varies=least_of('s.v') ~ ' < ' ~ greatest_of('s.v'),
        m2=mean_of(each('s.v', 'x', '(x - s.mean) * (x - s.mean)')),
        m3=mean_of(each('s.v', 'x', '(x - s.mean) * (x - s.mean) * (x - s.mean)')),
        m4=mean_of(each('s.v', 'x', '(x - s.mean) * (x - s.mean) * (x - s.mean) * (x - s.mean)')),
    ) -%}
    {#- The mean of a constant may differ from it in the last digit. -#}
    {%- set skewness -%}
        case
            when m.n > 2 and m.varies and m.m2 > 0 then sqrt(m.n * (m.n - 1)) / (m.n - 2) * m.m3 / (m.m2 * sqrt(m.m2))
        end
    {%- endset -%}
    {%- set kurtosis -%}
        case
            when m.n > 3 and m.varies and m.m2 > 0
                then (m.n - 1) / ((m.n - 2) * (m.n - 3)) * ((m.n + 1) * (m.m4 / (m.m2 * m.m2) - 3) + 6)
        end
    {%- endset -%}
    {{ bound(
        's', record(v=list, mean=mean_of(list)),
        bound('m', moments, record(skewness=skewness, kurtosis=kurtosis))
    ) }}
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
