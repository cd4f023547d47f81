{#- Scores of all nodes, level by level over the children that are there, their weights rescaled among them.

    leaves: run, unit_id, node_id, score; weights: run, node_id, weight of every node below the root; aggregates: run,
    node_id, power (null: Copeland), min_share; edges: index_edge; moments: unit_id, moment, is_reference, where
    `moment` is the period within which Copeland compares. Returns run, unit_id, node_id, score of every node.
    A mean of power p is (Σ w x^p / Σ w)^(1/p), the geometric its limit at 0. Below zero only the arithmetic is
    defined; a zero makes the means of power 0 and less zero. Copeland: opponents beaten less those lost to, where
    a beats b if the weight of the children in which it is ahead is greater. A child of no weight counts for nothing,
    nor among those of which min_share must be there. -#}
{% macro index_score(leaves, weights, aggregates, edges, moments) %}
{% set depth = framework_depth() | int %}
with level_1 as (
    select run, unit_id, node_id, score from {{ leaves }} where score is not null and {{ computed_once() }}
),

weighted_edge as (
    select
        w.run, w.node_id, w.weight, e.parent_id, e.parent_level,
        count(*) over (partition by w.run, e.parent_id) as siblings
    from {{ weights }} as w
    inner join {{ edges }} as e on w.node_id = e.node_id
    where w.weight <> 0 and {{ computed_once() }}
),

{% for level in range(2, depth + 1) %}
level_{{ level }} as (
    select * from (
    select run, unit_id, parent_id as node_id, {{ index_mean('any_value(power)') }} as score
    from (
        {{ index_children(level, aggregates, 'is not null') }}
    )
    group by run, unit_id, parent_id
    having count(*) >= any_value(coalesce(min_share, 0) * siblings) - 1e-9
    union all
    select run, unit_id, node_id, case when bool_and(is_defined) then sum({{ index_ahead('lean', 'whole') }}) end as score
    from (
        select a.run, a.unit_id, a.parent_id as node_id, b.unit_id as opponent,
            sum(a.weight * sign(a.score - b.score)) as lean, sum(a.weight) as whole,
            bool_and(a.is_defined) as is_defined
        from (
            {{ index_children(level, aggregates, 'is null') }}
        ) as a
        inner join {{ moments }} as m on a.unit_id = m.unit_id
        inner join {{ moments }} as o on m.moment = o.moment and m.unit_id <> o.unit_id and not o.is_reference
        inner join (
            {{ index_children(level, aggregates, 'is null') }}
        ) as b on a.run = b.run and o.unit_id = b.unit_id and a.node_id = b.node_id and b.is_defined
        group by all
    )
    group by all
    ) where {{ computed_once() }}
),
{% endfor %}

every as (
    {% for level in range(1, depth + 1) %}
    select * from level_{{ level }}{{ ' union all' if not loop.last }}
    {% endfor %}
)

select * from every
{% endmacro %}

{#- The children of the aggregates of one level, however far below it they lie. -#}
{% macro index_children(level, aggregates, kind) %}
select
    c.run, c.unit_id, c.node_id, c.score, e.parent_id, e.siblings, e.weight, a.power, a.min_share,
    {% if kind == 'is null' %}
    bool_and(c.score is not null) over (partition by c.run, c.unit_id, e.parent_id) as is_defined
    {% else %}
    e.weight * {{ index_powered('c.score', 'a.power') }} as weighted
    {% endif %}
from (
    {% for lower in range(1, level) %}
    select * from level_{{ lower }}{{ ' union all' if not loop.last }}
    {% endfor %}
) as c
inner join weighted_edge as e on c.run = e.run and c.node_id = e.node_id and e.parent_level = {{ level }}
inner join {{ aggregates }} as a on e.run = a.run and e.parent_id = a.node_id
where a.power {{ kind }}
{% if kind == 'is null' %}
qualify count(*) over (partition by c.run, c.unit_id, e.parent_id) >= coalesce(a.min_share, 0) * e.siblings - 1e-9
{% endif %}
{% endmacro %}

{#- Which way weights lean: 1, -1, or 0 where they balance but for rounding. -#}
{% macro index_ahead(lean, whole) -%}
    case when abs({{ lean }}) > 1e-12 * {{ whole }} then sign({{ lean }}) else 0 end
{%- endmacro %}

{#- What a mean of this power adds up: x, ln x or x^power; null where it is not defined. -#}
{% macro index_powered(score, power) -%}
    case
        when {{ power }} = 1 then {{ score }}
        when {{ score }} <= 0 then case when {{ score }} = 0 and {{ power }} > 0 then 0 end
        when {{ power }} = 0 then ln({{ score }})
        when {{ power }} = -1 then 1 / {{ score }}
        else pow({{ score }}, {{ power }})
    end
{%- endmacro %}

{#- The mean of a group of rows (score, weight, weighted) with the same power. -#}
{% macro index_mean(power) -%}
    case
        -- A child whose own mean is not defined leaves none for its parent: it is not missing, and no rest stands for it.
        when count(score) < count(*) then null
        when {{ power }} = 1 then sum(weighted) / sum(weight)
        when min(score) < 0 then null
        when min(score) = 0 and {{ power }} <= 0 then 0
        when {{ power }} = 0 then exp(sum(weighted) / sum(weight))
        else pow(sum(weighted) / sum(weight), 1 / {{ power }})
    end
{%- endmacro %}
