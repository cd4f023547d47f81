{#- What the draws say of each score and rank. The sample of a design is every combination of an enumeration, every
    row of a design file, or the two independent samples a and b of a Sobol sequence. Units of more than 100 a period
    get no pairs and no sensitivities of their own. -#}

{% macro index_sample(draws, runs) %}
select d.framework, d.run, d.unit_code, d.period, d.score, d.rank, d.unit_id, r.role
from {{ draws }} as d
inner join {{ runs }} as r on d.framework = r.framework and d.run = r.run
where r.role in ('enumerated', 'given', 'a', 'b')
{% endmacro %}

{#- Units of the periods in which few enough are ranked. -#}
{% macro index_few(draws) %}
select
    *,
    dense_rank() over (order by unit_code)::integer as unit_no,
    dense_rank() over (order by framework, period)::integer as moment
from (
    select unit_id, any_value(framework) as framework, any_value(unit_code) as unit_code, any_value(period) as period
    from {{ draws }}
    where rank is not null
    group by unit_id
)
qualify count(*) over (partition by framework, period) <= 100
{% endmacro %}

{% macro index_interval(draws, runs, scores) %}
with sample as (
    {{ index_sample(draws, runs) }}
),

spread as (
    select
        unit_id, count(score) as runs,
        avg(score) as score_mean,
        quantile_cont(score, [0.05, 0.5, 0.95]) as score_quantiles,
        avg(rank) as rank_mean,
        quantile_cont(rank::double, [0.05, 0.5, 0.95]) as rank_quantiles,
        min(rank) as rank_best,
        max(rank) as rank_worst
    from sample
    group by unit_id
)

select
    s.framework,
    s.unit_code,
    s.period,
    n.node_code as code,
    s.score,
    p.score_mean,
    p.score_quantiles[2] as score_median,
    p.score_quantiles[1] as score_p05,
    p.score_quantiles[3] as score_p95,
    s.rank,
    p.rank_mean,
    p.rank_quantiles[2] as rank_median,
    p.rank_quantiles[1] as rank_p05,
    p.rank_quantiles[3] as rank_p95,
    p.rank_best,
    p.rank_worst,
    p.runs
from {{ scores }} as s
inner join ({{ index_node() }}) as n on s.node_id = n.node_id and n.parent_code is null
inner join spread as p on s.unit_id = p.unit_id
{% endmacro %}

{% macro index_rank_probability(draws, runs) %}
select framework, unit_code, period, rank, times, times / sum(times) over (partition by unit_id) as probability
from (
    select
        unit_id, rank, any_value(framework) as framework, any_value(unit_code) as unit_code, any_value(period) as period,
        count(*) as times
    from ({{ index_sample(draws, runs) }})
    where rank is not null
    group by unit_id, rank
)
{% endmacro %}

{#- Probability that one unit has the higher score than another; a tie counts half for each. -#}
{% macro index_outranking(draws, runs) %}
with few as (
    {{ index_few(draws) }}
),

sample as (
    select s.run, s.rank, f.moment, f.unit_no
    from ({{ index_sample(draws, runs) }}) as s
    inner join few as f on s.unit_id = f.unit_id
    where s.rank is not null
),

pair as (
    select
        a.moment, a.unit_no, b.unit_no as other_no,
        avg(case when a.rank < b.rank then 1.0 when a.rank = b.rank then 0.5 else 0.0 end) as probability
    from sample as a
    inner join sample as b on a.run = b.run and a.moment = b.moment and a.unit_no < b.unit_no
    group by all
)

select u.framework, u.period, u.unit_code, o.unit_code as other_code, p.probability
from (
    select * from pair
    union all
    select moment, other_no, unit_no, 1 - probability from pair
) as p
inner join few as u on p.moment = u.moment and p.unit_no = u.unit_no
inner join few as o on p.moment = o.moment and p.other_no = o.unit_no
{% endmacro %}

{#- First-order and total sensitivity of the mean shift of ranks against the published ones, and of each score.
    exact    over every combination: Var(E[y | x]) / V and E[Var(y | all but x)] / V
    sobol    mean((yB - m)(yAB - yA)) / V and Σ (yA - yAB)² / 2NV, m and V those of a and b together: the mean taken off
             leaves what is expected as it is and takes most of the noise (Saltelli 2010, Jansen 1999)
    given    Var(E[y | x]) / V over the rows of the design file; no total -#}
{% macro index_sensitivity(draws, runs) %}
{% set factors = ['winmax', 'normalise', 'weights', 'aggregate', 'data'] %}
with few as (
    {{ index_few(draws) }}
),

outcome as (
    select d.framework, d.run, 'mean_rank_shift' as output, '' as unit_code, '' as period, avg(abs(d.rank - n.rank)) as y
    from {{ draws }} as d
    inner join {{ draws }} as n on n.run = 0 and d.unit_id = n.unit_id
    group by all
    union all
    select d.framework, d.run, 'score' as output, d.unit_code, d.period, d.score as y
    from {{ draws }} as d
    inner join few as f on d.unit_id = f.unit_id
    where d.rank is not null
),

result as (
    select
        o.framework, o.output, o.unit_code, o.period, o.y, r.role, r.factor, r.point,
        r.winmax, r.normalise, coalesce(r.weight_set, r.weight_draw) as weights, r.aggregate, r.data_draw as data
    from outcome as o
    inner join {{ runs }} as r on o.framework = r.framework and o.run = r.run
    where o.y is not null
),

conditional as (
    {% for f in factors %}
    select
        framework, output, unit_code, period, '{{ f }}' as factor, role,
        -- Weighted by how often a value occurs, which an enumeration does equally.
        sum(times * mean * mean) / sum(times) - pow(sum(times * mean) / sum(times), 2) as between_values
    from (
        select framework, output, unit_code, period, role, {{ f }}, avg(y) as mean, count(*) as times
        from result
        where role in ('enumerated', 'given')
        group by all
    )
    group by all
    -- A blank option is one of those of a factor that has others.
    having count({{ f }}) > 0{{ ' union all' if not loop.last }}
    {% endfor %}
),

others as (
    {% for f in factors %}
    select framework, output, unit_code, period, '{{ f }}' as factor, avg(spread) as within_others
    from (
        select
            framework, output, unit_code, period,
            {% for other in factors if other != f %}{{ other }}, {% endfor %}
            var_pop(y) as spread
        from result
        where role = 'enumerated'
        group by all
    )
    group by all{{ ' union all' if not loop.last }}
    {% endfor %}
),

whole as (
    select
        framework, output, unit_code, period, count(*) as runs, avg(y) as mean,
        case when any_value(role) in ('a', 'b') then var_samp(y) else var_pop(y) end as variance
    from result
    where role in ('enumerated', 'given', 'a', 'b')
    group by all
),

sobol as (
    select
        x.framework, x.output, x.unit_code, x.period, x.factor,
        avg((b.y - w.mean) * (x.y - a.y)) as product, avg((a.y - x.y) * (a.y - x.y)) / 2 as difference
    from result as x
    inner join result as a
        on
            a.role = 'a' and x.framework = a.framework and x.output = a.output and x.unit_code = a.unit_code
            and x.period = a.period and x.point = a.point
    inner join result as b
        on
            b.role = 'b' and x.framework = b.framework and x.output = b.output and x.unit_code = b.unit_code
            and x.period = b.period and x.point = b.point
    inner join whole as w
        on x.framework = w.framework and x.output = w.output and x.unit_code = w.unit_code and x.period = w.period
    where x.role = 'ab'
    group by all
)

select
    w.framework,
    w.output,
    w.unit_code,
    w.period,
    c.factor,
    c.between_values / nullif(w.variance, 0) as first_order,
    o.within_others / nullif(w.variance, 0) as total,
    w.variance,
    w.runs,
    case c.role when 'enumerated' then 'exact' else 'given' end as method
from whole as w
inner join conditional as c
    on
        w.framework = c.framework and w.output = c.output and w.unit_code = c.unit_code and w.period = c.period
left join others as o
    on
        c.framework = o.framework and c.output = o.output and c.unit_code = o.unit_code and c.period = o.period
        and c.factor = o.factor
union all
select
    w.framework,
    w.output,
    w.unit_code,
    w.period,
    s.factor,
    s.product / nullif(w.variance, 0) as first_order,
    s.difference / nullif(w.variance, 0) as total,
    w.variance,
    w.runs,
    'sobol' as method
from whole as w
inner join sobol as s
    on w.framework = s.framework and w.output = s.output and w.unit_code = s.unit_code and w.period = s.period
{% endmacro %}

{#- What knowing a number would be worth: by how much the variance of the ranks of its period would shrink on average,
    Σ Var(E[rank | number]) over the units, from the runs in which nothing but the data varies. The number's range is
    cut into 8 bins; the share of variance between them is corrected for chance (Kelley 1935). As few runs as bins tell
    nothing. -#}
{% macro index_most_wanted(draws, runs, imputed) %}
{% set bins = 8 %}
with ranks as (
    select d.framework, d.run, d.period, d.unit_code, d.rank, r.data_draw, coalesce(g.seed, 0) as seed
    from {{ draws }} as d
    inner join {{ runs }} as r on d.framework = r.framework and d.run = r.run
    inner join {{ ref('framework_design') }} as g on r.framework = g.framework
    where r.role = 'data' and d.rank is not null
),

missing as (
    select framework, period, unit_code, code, unit_id, node_id, imputed, value_low, value_high, value_kind
    from {{ imputed }}
    where is_kept and not is_reference and value_kind in ('imputed', 'bound') and value_low < value_high
),

binned as (
    select
        m.framework, m.period, m.unit_id, m.node_id, r.unit_code,
        floor(
            {{ bins }} * {{ index_random('r.seed', 'r.data_draw', 'm.unit_code, m.period, m.code') }}
        )::integer as bin,
        count(*) as n, sum(r.rank) as total, sum(r.rank * r.rank) as squares
    from missing as m
    inner join ranks as r on m.framework = r.framework and m.period = r.period
    group by all
),

explained as (
    select
        framework, period, unit_id, node_id, unit_code, sum(n) as n,
        sum(squares) / sum(n) - pow(sum(total) / sum(n), 2) as variance,
        sum(total * total / n) / sum(n) - pow(sum(total) / sum(n), 2) as between_bins
    from binned
    group by all
),

worth as (
    select
        framework, period, unit_id, node_id,
        sum(
            case
                when n <= {{ bins }} then null
                when variance > 1e-12
                    then variance * greatest(1 - (1 - between_bins / variance) * (n - 1) / (n - {{ bins }}), 0)
                else 0
            end
        ) as reduction,
        sum(variance) as variance
    from explained
    group by all
)

select
    m.framework,
    m.period,
    m.unit_code,
    m.code,
    m.value_kind,
    m.imputed as value,
    m.value_low,
    m.value_high,
    w.reduction,
    w.variance as rank_variance,
    w.reduction / nullif(w.variance, 0) as share,
    rank() over (partition by m.framework, m.period order by w.reduction desc)::integer as priority
from missing as m
inner join worth as w on m.framework = w.framework and m.period = w.period and m.unit_id = w.unit_id and m.node_id = w.node_id
{% endmacro %}
