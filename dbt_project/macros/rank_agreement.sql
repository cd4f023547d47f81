{#- Agreement of two rankings of the same places, one row a group of `keys`, from a relation with a row a place and
    columns x and y (higher is better in both; neither is null). No assumption on distributions:
      places          number of places
      spearman_rho    correlation of the average ranks (ties share the mean of the ranks they cover)
      kendall_tau_b   (concordant - discordant pairs) / sqrt(pairs untied in x * pairs untied in y)
      p_value         exact, two-sided: the share of all pairings of the ranks that lie as far from no association
                      as the observed one, ties kept as they are; up to largest_enumerated() places
    Rho is linear in the sum of products of ranks. That sum is followed over sets instead of orders: which y have
    been given away, and with what sum, so nine places take some ten thousand steps and not 362880 orders. Ranks
    are doubled to be whole, their expected sum is places * (places + 1)^2, and all of it is whole numbers.
    Kendall, M. G. and Gibbons, J. D., Rank Correlation Methods, 5th ed. 1990, chapters 1, 3 and 5. -#}
{% macro rank_agreement(pairs, keys) %}
{%- set key = keys | join(', ') -%}
with recursive doubled as (
    select
        {{ key }},
        x,
        y,
        {{ doubled_rank('x', keys) }} as x_rank,
        {{ doubled_rank('y', keys) }} as y_rank,
        row_number() over (partition by {{ key }} order by x, y) as turn,
        count(*) over (partition by {{ key }}) as places
    from {{ pairs }}
),

rho as (
    select
        {{ key }},
        any_value(places) as places,
        case
            when count(distinct x) > 1 and count(distinct y) > 1 then round(corr(x_rank, y_rank), 12)
        end as spearman_rho,
        sum(x_rank * y_rank)::integer as products
    from doubled
    group by {{ key }}
),

tau as (
    select
        {{ key }},
        sum(sign(a.x - b.x) * sign(a.y - b.y))
        / nullif(sqrt(count(*) filter (where a.x <> b.x) * count(*) filter (where a.y <> b.y)), 0) as kendall_tau_b
    from doubled as a
    inner join doubled as b using ({{ key }})
    where a.turn < b.turn
    group by {{ key }}
),

-- Place by place in the order of x: which y are taken (bits), the sum of products so far, in how many ways.
walk as (
    select {{ key }}, 0 as turn, 0 as taken, 0 as products, 1 as ways
    from rho
    where places <= {{ largest_enumerated() }} and spearman_rho is not null
    union all
    select
        {{ key }},
        (w.turn + 1)::integer as turn,
        (w.taken | (1 << (b.turn - 1)::integer))::integer as taken,
        (w.products + a.x_rank * b.y_rank)::integer as products,
        sum(w.ways)::integer as ways
    from walk as w
    inner join doubled as a using ({{ key }})
    inner join doubled as b using ({{ key }})
    where w.turn + 1 = a.turn and w.taken & (1 << (b.turn - 1)::integer) = 0
    group by all
),

p as (
    select
        {{ key }},
        round(sum(w.ways) filter (
            where abs(w.products - r.places * (r.places + 1) * (r.places + 1))
            >= abs(r.products - r.places * (r.places + 1) * (r.places + 1))
        ) / sum(w.ways), 12) as p_value
    from walk as w
    inner join rho as r using ({{ key }})
    where w.turn = r.places
    group by {{ key }}
)

select {{ key }}, r.places::integer as places, r.spearman_rho, round(t.kendall_tau_b, 12) as kendall_tau_b, p.p_value
from rho as r
left join tau as t using ({{ key }})
left join p using ({{ key }})
{% endmacro %}

{#- Twice the average rank within the keys, the greatest value first: tied values share the mean of their ranks. -#}
{% macro doubled_rank(value, keys) -%}
    {%- set key = keys | join(', ') -%}
    (
        2 * rank() over (partition by {{ key }} order by {{ value }} desc)
        + count(*) over (partition by {{ key }}, {{ value }}) - 1
    )::integer
{%- endmacro %}

{#- Pairings are counted one set at a time, and sets double with each place. -#}
{% macro largest_enumerated() -%} 9 {%- endmacro %}
