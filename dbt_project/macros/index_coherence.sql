{#- Whether the parts of a framework belong together, over all units but references, periods pooled.

    Returns framework, statistic, scope (node or unit), relation, code_a, code_b, period, value, n, flag:
    pearson, spearman, kendall   of two children of one parent (siblings), of a node with its parent and with the root;
                                 pairs of which both are known, n their number; kendall is tau-b, for n <= 300 only,
                                 since it compares all with all
    cronbach_alpha               of an aggregate over its nodes of one level (relation `level 1`: its indicators),
                                 k / (k - 1) (1 - Σ variances / variance of the sum); units that have all of them
    effective_weight             of a node in the root: weights within parents, multiplied
    variance_explained           r² of a node with the root; importance: its share among the nodes of its level, to be
                                 held against effective_weight (Paruolo, Saisana and Saltelli 2013)
    availability                 share of cells printed or derived, before imputation: of a node over kept units, of a
                                 unit in a period over indicators (flag screened_out: not kept). -#}
{% macro index_coherence() %}
with recursive threshold as (
    select *
    from (values
        -- What the JRC calls collinear, weak and negative in its audits and in COINr.
        ('pearson', 'collinear', 0.92, 2), ('pearson', 'weak', -0.3, 0.3), ('pearson', 'negative', -2, -0.4),
        ('spearman', 'collinear', 0.92, 2), ('spearman', 'weak', -0.3, 0.3), ('spearman', 'negative', -2, -0.4),
        -- Nunnally 1978, as the OECD/JRC handbook (2008) quotes it.
        ('cronbach_alpha', 'unreliable', '-infinity'::double, 0.7)
    ) as t (statistic, flag, above, below)
),

node as (
    {{ index_node() }}
),

below as (
    select framework, node_code, node_code as code, level, kind from node
    union all
    select u.framework, u.node_code, c.node_code as code, c.level, c.kind
    from below as u
    inner join node as c on u.framework = c.framework and u.code = c.parent_code
),

pair as (
    select a.framework, 'siblings' as relation, a.node_id as a_id, b.node_id as b_id
    from node as a
    inner join node as b on a.framework = b.framework and a.parent_code = b.parent_code and a.node_code < b.node_code
    union all
    select a.framework, case when b.node_code = a.parent_code then 'parent' else 'root' end as relation, a.node_id, b.node_id
    from node as a
    inner join node as b on a.framework = b.framework and (a.parent_code = b.node_code or b.parent_code is null)
    where a.node_code <> b.node_code
),

known as (
    select n.framework, n.node_id, n.node_code, s.unit_id, s.score
    from {{ ref('int_index_score') }} as s
    inner join node as n on s.framework = n.framework and s.node_code = n.node_code
    where not s.is_reference and s.score is not null
),

both_known as (
    select
        p.a_id, p.b_id, a.score as x, b.score as y,
        row_number() over (partition by p.a_id, p.b_id) as i,
        count(*) over (partition by p.a_id, p.b_id) as n
    from pair as p
    inner join known as a on p.a_id = a.node_id
    inner join known as b on p.b_id = b.node_id and a.unit_id = b.unit_id
),

-- Ties share the mean of their ranks.
ranked as (
    select
        a_id, b_id, x, y,
        rank() over (partition by a_id, b_id order by x) + (count(*) over (partition by a_id, b_id, x) - 1) / 2 as x_rank,
        rank() over (partition by a_id, b_id order by y) + (count(*) over (partition by a_id, b_id, y) - 1) / 2 as y_rank
    from both_known
),

concordance as (
    select a.a_id, a.b_id, any_value(a.n) as n, sign(a.x - b.x) as x_order, sign(a.y - b.y) as y_order, count(*) as pairs
    from both_known as a
    inner join both_known as b on a.a_id = b.a_id and a.b_id = b.b_id and a.i < b.i
    where a.n <= {{ index_kendall_limit() }} and b.n <= {{ index_kendall_limit() }}
    group by a.a_id, a.b_id, x_order, y_order
),

association as (
    select a_id, b_id, 'pearson' as statistic, {{ index_correlation('x', 'y') }} as value, count(*) as n
    from both_known
    group by all
    union all
    select a_id, b_id, 'spearman' as statistic, {{ index_correlation('x_rank', 'y_rank') }} as value, count(*) as n
    from ranked
    group by all
    union all
    select
        a_id, b_id, 'kendall' as statistic,
        sum(pairs * x_order * y_order) / nullif(sqrt(sum(pairs * abs(x_order)) * sum(pairs * abs(y_order))), 0) as value,
        any_value(n) as n
    from concordance
    group by a_id, b_id
),

correlation as (
    select
        p.framework, c.statistic, p.relation, p.a_id, a.node_code as code_a, b.node_code as code_b, a.level,
        b.parent_code is null as is_with_root, c.value, c.n
    from association as c
    inner join pair as p on c.a_id = p.a_id and c.b_id = p.b_id
    inner join node as a on c.a_id = a.node_id
    inner join node as b on c.b_id = b.node_id
),

item as (
    select
        u.framework, u.node_code, u.level, u.code, k.unit_id, k.score,
        count(*) over (partition by u.framework, u.node_code, u.level, k.unit_id) as had,
        s.size
    from below as u
    inner join (
        select framework, node_code, level, count(*) as size from below where code <> node_code group by all
    ) as s on u.framework = s.framework and u.node_code = s.node_code and u.level = s.level
    inner join known as k on u.framework = k.framework and u.code = k.node_code
    where u.code <> u.node_code and s.size > 1
),

complete as (
    select * from item where had = size
),

alpha as (
    select i.framework, i.node_code, i.level, i.size, i.variances, t.variance, t.n
    from (
        select framework, node_code, level, size, sum(variance) as variances
        from (
            select framework, node_code, level, size, code, var_samp(score) as variance from complete group by all
        ) as of_item
        group by all
    ) as i
    inner join (
        select framework, node_code, level, var_samp(score) as variance, count(*) as n
        from (
            select framework, node_code, level, unit_id, sum(score) as score from complete group by all
        ) as of_unit
        group by all
    ) as t on i.framework = t.framework and i.node_code = t.node_code and i.level = t.level
),

weight as (
    select
        framework, node_code, parent_code,
        weight / nullif(sum(weight) over (partition by framework, parent_code), 0) as share
    from {{ ref('int_index_weight') }}
),

effective as (
    select framework, node_code, node_code as root_code, 1::double as value from node where parent_code is null
    union all
    select u.framework, w.node_code, u.root_code, u.value * w.share
    from effective as u
    inner join weight as w on u.framework = w.framework and u.node_code = w.parent_code
),

explained as (
    select framework, code_a, code_b, level, value * value as value, n
    from correlation
    where statistic = 'pearson' and is_with_root
),

cell as (
    select
        framework, unit_code, period, code, is_kept, is_reference,
        denominated is not null and value_kind in ('observed', 'derived') as is_known
    from {{ ref('int_index_imputed') }}
),

statistic as (
    select framework, statistic, 'node' as scope, relation, code_a, code_b, '' as period, value, n, null::varchar as flag
    from correlation
    union all
    select
        framework, 'cronbach_alpha', 'node', 'level ' || level, node_code, '', '',
        size / (size - 1) * (1 - variances / nullif(variance, 0)), n, null
    from alpha
    union all
    select framework, 'effective_weight', 'node', 'root', node_code, root_code, '', value, null, null from effective
    where node_code <> root_code
    union all
    select framework, 'variance_explained', 'node', 'root', code_a, code_b, '', value, n, null from explained
    union all
    select
        framework, 'importance', 'node', 'root', code_a, code_b, '',
        value / nullif(sum(value) over (partition by framework, level), 0), n, null
    from explained
    union all
    select u.framework, 'availability', 'node', 'indicators', u.node_code, '', '', avg(c.is_known::integer), count(*), null
    from below as u
    inner join cell as c on u.framework = c.framework and u.code = c.code
    where c.is_kept and not c.is_reference
    group by u.framework, u.node_code
    union all
    select
        framework, 'availability', 'unit', 'indicators', unit_code, '', period, avg(is_known::integer), count(*),
        case when not bool_and(is_kept) then 'screened_out' end
    from cell
    group by framework, unit_code, period
)

select s.* replace (s.value::double as value, s.n::integer as n, coalesce(s.flag, t.flag) as flag)
from statistic as s
left join threshold as t on s.statistic = t.statistic and s.value > t.above and s.value < t.below
{% endmacro %}

{#- Beyond so many, comparing all with all would take minutes. -#}
{% macro index_kendall_limit() -%} 300 {%- endmacro %}

{#- Of constants there is none; rounding does not carry it beyond 1. -#}
{% macro index_correlation(x, y) -%}
    case
        when stddev_pop({{ x }}) > 0 and stddev_pop({{ y }}) > 0 then greatest(least(corr({{ x }}, {{ y }}), 1), -1)
    end
{%- endmacro %}
