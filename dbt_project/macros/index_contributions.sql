{#- Contribution of each indicator to each score in points: they add up to the score. The scale sets the
    corridor in the base year to 100. -#}
{% macro index_contributions(inputs) %}
with pillar as (
    select distinct framework, place_code, year, pillar_code, pillar_weight from {{ inputs }}
),

pillar_total as (
    select framework, place_code, year, sum(pillar_weight) as pillars from pillar group by all
),

weighted as (
    select i.*, i.effective_weight_in_pillar * i.pillar_weight / t.pillars as weight
    from {{ inputs }} as i
    inner join pillar_total as t using (framework, place_code, year)
),

scale as (
    select w.framework, 100 / sum(w.weight * w.normalised) as points
    from weighted as w
    inner join {{ ref('framework') }} as f
        on w.framework = f.framework and w.place_code = f.base_place_code and w.year = f.base_year
    group by w.framework
)

select
    w.framework,
    w.place_code,
    w.year,
    w.pillar_code,
    w.indicator_code,
    w.value,
    w.value_low,
    w.value_high,
    w.value_kind,
    w.imputation_method,
    w.known_share,
    w.normalised,
    w.normalised_low,
    w.normalised_high,
    w.weight,
    w.nominal_weight,
    w.effective_weight_in_pillar,
    s.points,
    s.points * w.weight * w.normalised as contribution,
    s.points * w.weight * w.normalised_low as contribution_low,
    s.points * w.weight * w.normalised_high as contribution_high
from weighted as w
inner join scale as s on w.framework = s.framework
{% endmacro %}
