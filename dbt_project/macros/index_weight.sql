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
{%- set positions = number_range(1, length_of('children')) -%}
{%- set given = each('children', 'c', 'c.given') -%}
{#- How much the i-th child goes with the weighted mean w of all, and its weight so that it comes nearer to what is wanted. -#}
{%- set importance -%}
    greatest(
        {{ dot_product(item('children', 'i') ~ '.covariance', 'w') }}
        / sqrt(greatest({{ item(item('children', 'i') ~ '.covariance', 'i') }}, 1e-300)),
        1e-9
    )
{%- endset -%}
{%- set improved -%}
    {{ item('w', 'i') }} / whole.w
    * sqrt({{ item('children', 'i') }}.given / whole.given / ({{ item('importance', 'i') }} / whole.importance))
{%- endset %}
with leaf as (
    select e.framework, e.node_code, e.parent_code, e.weight as given, m.weight as method, z.unit_id, z.normalised as z
    from ({{ index_edge() }}) as e
    inner join {{ ref('framework_method') }} as m on e.framework = m.framework
    inner join {{ normalised }} as z on e.framework = z.framework and e.node_code = z.code
    where e.kind = 'indicator' and not z.is_reference and z.normalised is not null and m.weight not in ('given', 'equal')
        and {{ computed_once() }}
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
    select distinct framework, parent_code, node_code, given, method from leaf
),

-- Siblings that no unit has both of count as uncorrelated.
pair as (
    select
        a.framework, a.parent_code, a.node_code, a.given, a.method, b.node_code as sibling,
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
    select framework, parent_code, method, array_sort(array_agg(child)) as children
    from (
        select
            framework, parent_code, method,
            {{ record(
                code='node_code', given='given', r=each('siblings', 'x', 'x.r'),
                covariance=each('siblings', 'x', 'x.covariance')
            ) }} as child
        from (
            select
                framework, parent_code, method, node_code, given,
                array_sort(array_agg({{ record(code='sibling', r='r', covariance='covariance') }})) as siblings
            from pair
            where method in ('pca', 'optimised')
            group by all
        )
    )
    group by all
),

-- Squared again and again, a matrix of correlations turns towards its first component.
squared as (
    select
        framework, children,
        {{ repeated(each('children', 'c', 'c.r'), 'r', bound(
            'size', sum_of(each('r', 'a', dot_product('a', 'a'))),
            each('r', 'a', each('r', 'b', dot_product('a', 'b') ~ ' / size'))
        ), 16) }} as r
    from matrix
    where method = 'pca'
),

component as (
    select
        framework, children,
        {{ bound(
            'diagonal', each(positions, 'i', item(item('r', 'i'), 'i')),
            item('r', position_in('diagonal', greatest_of('diagonal')))
        ) }} as loadings
    from squared
),

-- Each weight times the root of wanted over achieved importance, until they agree.
tried as (
    select
        framework, children,
        {{ repeated(given, 'w', bound(
            'importance', each(positions, 'i', importance),
            bound(
                'whole', record(w=sum_of('w'), given=sum_of(given), importance=sum_of('importance')),
                each(positions, 'i', improved)
            )
        ), 400) }} as weights
    from matrix
    where method = 'optimised'
),

from_matrix as (
    select
        framework,
        {{ unnested(each(positions, 'i', record(
            code=item('children', 'i') ~ '.code',
            weight=item('loadings', 'i') ~ ' * ' ~ item('loadings', 'i') ~ ' / ' ~ dot_product('loadings', 'loadings')
        ))) }} as child
    from component
    union all
    select
        framework,
        {{ unnested(each(positions, 'i', record(code=item('children', 'i') ~ '.code', weight=item('weights', 'i')))) }} as child
    from tried
),

computed as (
    select * from entropy
    union all
    select * from critic
    union all
    select framework, child.code as node_code, child.weight from from_matrix
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
