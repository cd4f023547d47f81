{#- Treated values on a common scale; returns variant, unit_id, node_id, normalised.

    cells: variant, base, scope, unit_id, anchor_id, node_id, is_reference, direction, value, target, goalpost_low,
    goalpost_high, normalise, norm_a, norm_b, norm_cap; anchor_id: index_anchor.
    x = value · direction. Statistics are those of variant `base`, within the scope, over all but references:
    min_max               a + (b - a) (x - min) / (max - min)
    z_score               a + b (x - mean) / sd              sd of the sample
    scaled                (x - a) / b
    rank                  1 for the lowest, ties the lowest; percentile_rank (rank - 1) / (n - 1); borda rank - 1
    distance_to_maximum   1 - (max - x) / (max - min)
    distance_to_reference 1 - (ref - x) / (ref - min)        ref: the reference unit in the same period
    distance_to_target    1 - (target - x) / (target - min)  at most 1 with norm_cap
    fraction_of_maximum   x / max                            none where the maximum is not above zero
    goalposts             a + (b - a) (x - low) / (high - low)   within a and b with norm_cap
    base_year             100 x / x in the base period of the same unit
    What would be divided by zero is missing: a constant has no place between its own ends. -#}
{% macro index_normalised(cells) %}
with cell as (
    select *, value * direction as x from {{ cells }}
),

stat as (
    select variant, scope, node_id, min(x) as low, max(x) as high, avg(x) as mean, stddev_samp(x) as sd
    from cell
    where not is_reference and variant = base
        and normalise in (
            'min_max', 'z_score', 'distance_to_maximum', 'distance_to_reference', 'distance_to_target', 'fraction_of_maximum'
        )
    group by all
),

place as (
    select
        variant, unit_id, node_id,
        rank() over (partition by variant, scope, node_id order by x nulls last) as rank,
        count(x) over (partition by variant, scope, node_id) as n
    from cell
    where not is_reference and variant = base and normalise in ('rank', 'percentile_rank', 'borda')
),

anchor as (
    select variant, node_id, unit_id, x
    from cell
    where normalise in ('distance_to_reference', 'base_year') and variant = base
)

select
    c.variant,
    c.unit_id,
    c.node_id,
    -- least() and greatest() pass over a null: what is missing must not become an end of the scale.
    case when c.value is not null then case c.normalise
        when 'min_max' then c.norm_a + (c.norm_b - c.norm_a) * (c.x - s.low) / nullif(s.high - s.low, 0)
        when 'z_score' then c.norm_a + c.norm_b * (c.x - s.mean) / nullif(s.sd, 0)
        when 'scaled' then (c.x - c.norm_a) / nullif(c.norm_b, 0)
        when 'rank' then p.rank
        when 'percentile_rank' then (p.rank - 1) / nullif(p.n - 1, 0)
        when 'borda' then p.rank - 1
        when 'distance_to_maximum' then 1 - (s.high - c.x) / nullif(s.high - s.low, 0)
        when 'distance_to_reference' then 1 - (a.x - c.x) / nullif(a.x - s.low, 0)
        when 'distance_to_target'
            then
                case
                    when c.norm_cap and {{ index_progress('c', 's') }} > 1 then 1 else {{ index_progress('c', 's') }}
                end
        when 'fraction_of_maximum' then case when s.high > 0 then c.x / s.high end
        when 'goalposts'
            then
                c.norm_a + (c.norm_b - c.norm_a) * case
                    when c.norm_cap and {{ index_position('c') }} < 0 then 0
                    when c.norm_cap and {{ index_position('c') }} > 1 then 1
                    else {{ index_position('c') }}
                end
        when 'base_year' then 100 * c.x / nullif(a.x, 0)
    end end as normalised
from cell as c
left join stat as s on c.base = s.variant and c.scope = s.scope and c.node_id = s.node_id
left join place as p on c.variant = p.variant and c.unit_id = p.unit_id and c.node_id = p.node_id
left join anchor as a on c.base = a.variant and c.node_id = a.node_id and c.anchor_id = a.unit_id
{% endmacro %}

{#- Between the goalposts, counted from the bad one: 0 at low and 1 at high, the other way round for direction -1. -#}
{% macro index_position(row) -%}
    case
        when {{ row }}.direction > 0 then {{ row }}.value - {{ row }}.goalpost_low else {{ row }}.goalpost_high - {{ row }}.value
    end / nullif({{ row }}.goalpost_high - {{ row }}.goalpost_low, 0)
{%- endmacro %}

{#- How much of the way from the worst value to the target is done. -#}
{% macro index_progress(row, stat) -%}
    1 - ({{ row }}.target * {{ row }}.direction - {{ row }}.x)
    / nullif({{ row }}.target * {{ row }}.direction - {{ stat }}.low, 0)
{%- endmacro %}

{#- The unit of `moments` (unit_id, framework, unit_code, period) whose value others are set against: the reference unit
    of the same period, or the same unit in the base period. -#}
{% macro index_anchor(moments, scales) %}
{# One join for each kind, on keys alone: with a choice among its conditions it would compare all rows with all. -#}
select s.variant, u.unit_id, any_value(o.unit_id) as anchor_id
from {{ scales }} as s
inner join {{ moments }} as u on s.framework = u.framework
inner join {{ moments }} as o
    on u.framework = o.framework and u.period = o.period and s.norm_reference = o.unit_code
where s.normalise = 'distance_to_reference'
group by all
union all
select s.variant, u.unit_id, any_value(o.unit_id) as anchor_id
from {{ scales }} as s
inner join {{ moments }} as u on s.framework = u.framework
inner join {{ moments }} as o
    on u.framework = o.framework and u.unit_code = o.unit_code and s.norm_reference = o.period
where s.normalise = 'base_year'
group by all
{% endmacro %}
