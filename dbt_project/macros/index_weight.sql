{#- The weight of every node within its parent. Weights from the data are computed for indicators within their
    parent, over all units and periods but references, and share what the indicators of the parent are given together;
    aggregates keep the weight they are given. A constant weighs nothing. Where the data do not tell the weights of
    all (a parent of constants, values below zero under entropy), the given ones stand.
    given, equal   as in the framework; 1
    entropy        1 + Σ p ln p / ln n with p = z / Σ z and 0 ln 0 = 0            (Shannon; Zeleny 1982)
    critic         sd Σ (1 - r) over the siblings                                  (Diakoulaki et al. 1995)
    pca            squared loadings of the first principal component of the correlations   (OECD/JRC 2008, step 6)
    optimised      such that the correlations of indicators with their weighted mean stand to each other as the
                   given weights do                                                (Becker et al. 2017) -#}
{% macro index_weight(normalised) %}
with recursive leaf as (
    select e.framework, e.node_code, e.parent_code, e.weight as given, m.weight as method, z.unit_id, z.normalised as z
    from ({{ index_edge() }}) as e
    inner join {{ ref('framework_method') }} as m on e.framework = m.framework
    inner join {{ normalised }} as z on e.framework = z.framework and e.node_code = z.code
    where e.kind = 'indicator' and not z.is_reference and z.normalised is not null and m.weight not in ('given', 'equal')
    qualify
        min(z.normalised) over (partition by e.framework, e.node_code)
        < max(z.normalised) over (partition by e.framework, e.node_code)
),

spread as (
    select
        *,
        z / sum(z) over (partition by framework, node_code) as p
    from leaf
),

entropy as (
    select
        framework, node_code,
        case when min(z) >= 0 then 1 + sum(case when p > 0 then p * ln(p) else 0 end) / ln(count(*)) end as weight
    from spread
    where method = 'entropy'
    group by all
),

-- Correlations of siblings as one matrix a parent, children in the order of their codes.
common as (
    select
        a.framework, a.node_code, b.node_code as sibling,
        case when stddev_pop(a.z) > 0 and stddev_pop(b.z) > 0 then corr(a.z, b.z) end as r,
        covar_pop(a.z, b.z) as covariance
    from leaf as a
    inner join leaf as b on a.framework = b.framework and a.parent_code = b.parent_code and a.unit_id = b.unit_id
    where a.method in ('critic', 'pca', 'optimised')
    group by all
),

child as (
    select distinct framework, parent_code, node_code, given from leaf
),

-- Siblings that no unit has both of count as uncorrelated.
pair as (
    select
        a.framework, a.parent_code, a.node_code, a.given, b.node_code as sibling,
        coalesce(c.r, 0) as r, coalesce(c.covariance, 0) as covariance
    from child as a
    inner join child as b on a.framework = b.framework and a.parent_code = b.parent_code
    left join common as c on a.framework = c.framework and a.node_code = c.node_code and b.node_code = c.sibling
),

critic as (
    select p.framework, p.node_code, s.sd * coalesce(sum(1 - p.r) filter (where p.node_code <> p.sibling), 1) as weight
    from pair as p
    inner join (
        select framework, node_code, method, stddev_pop(z) as sd from leaf group by all
    ) as s on p.framework = s.framework and p.node_code = s.node_code
    where s.method = 'critic'
    group by p.framework, p.node_code, s.sd
),

matrix as (
    select
        framework, parent_code, list(node_code order by node_code) as codes, list(given order by node_code) as given,
        list(r_row order by node_code) as r, list(covariance_row order by node_code) as covariance
    from (
        select
            framework, parent_code, node_code, given,
            list(r order by sibling) as r_row, list(covariance order by sibling) as covariance_row
        from pair
        group by all
    )
    group by all
),

-- Squared again and again, a matrix of correlations turns towards its first component.
squared as (
    select x.framework, x.parent_code, x.codes, x.r, 0 as step
    from matrix as x
    inner join {{ ref('framework_method') }} as m on x.framework = m.framework and m.weight = 'pca'
    union all
    select
        framework, parent_code, codes,
        list_transform(
            r,
            lambda a: list_transform(r, lambda b: list_dot_product(a, b) / size)
        ) as r,
        step + 1 as step
    from (select *, list_sum(list_transform(r, lambda a: list_dot_product(a, a))) as size from squared)
    where step < 16
),

component as (
    select
        framework, unnest(codes) as node_code,
        unnest(list_transform(r[strongest], lambda v: v * v / list_dot_product(r[strongest], r[strongest]))) as weight
    from (
        select
            *,
            list_position(
                list_transform(range(1, len(r) + 1), lambda i: r[i][i]),
                list_max(list_transform(range(1, len(r) + 1), lambda i: r[i][i]))
            ) as strongest
        from squared
        where step = 16
    )
),

-- Each weight times the root of wanted over achieved importance, until they agree.
tried as (
    select x.framework, x.codes, x.covariance, x.given, x.given as weights, 0 as step
    from matrix as x
    inner join {{ ref('framework_method') }} as m on x.framework = m.framework and m.weight = 'optimised'
    union all
    select
        t.framework, t.codes, t.covariance, t.given,
        list_transform(
            range(1, len(t.given) + 1),
            lambda i: t.weights[i] / list_sum(t.weights)
            * sqrt(t.given[i] / list_sum(t.given) / (t.importance[i] / list_sum(t.importance)))
        ) as weights,
        t.step + 1 as step
    from (
        select
            *,
            list_transform(
                range(1, len(given) + 1),
                lambda i: greatest(
                    list_dot_product(covariance[i], weights) / sqrt(greatest(covariance[i][i], 1e-300)), 1e-9
                )
            ) as importance
        from tried
    ) as t
    where t.step < 400
),

optimised as (
    select framework, unnest(codes) as node_code, unnest(weights) as weight from tried where step = 400
),

computed as (
    select * from entropy
    union all
    select * from critic
    union all
    select * from component
    union all
    select * from optimised
),

shared as (
    select
        e.framework, e.node_code,
        sum(c.weight) over siblings > 0 and count(c.weight) over siblings = count(c.node_code) over siblings as is_known,
        coalesce(c.weight / nullif(sum(c.weight) over siblings, 0) * sum(e.weight) over siblings, 0) as weight
    from ({{ index_edge() }}) as e
    left join computed as c on e.framework = c.framework and e.node_code = c.node_code
    where e.kind = 'indicator'
    window siblings as (partition by e.framework, e.parent_code)
)

select
    e.framework,
    e.node_code,
    e.parent_code,
    e.level,
    case
        when m.weight = 'equal' then 1
        when e.kind = 'indicator' and c.is_known then c.weight
        else e.weight
    end::double as weight
from ({{ index_edge() }}) as e
inner join {{ ref('framework_method') }} as m on e.framework = m.framework
left join shared as c on e.framework = c.framework and e.node_code = c.node_code
{% endmacro %}
