{#- Every index, place, year and indicator: the input with its interval, normalised between fixed goalposts,
    with its effective weight. Low and high ends carry the uncertainty of printed, bounded and imputed inputs. -#}
{% macro index_inputs(series) %}
with node as (
    select
        n.framework,
        n.node_code,
        n.parent_code as pillar_code,
        n.indicator_code,
        n.direction,
        n.goalpost_low,
        n.goalpost_high,
        n.corridor_weight,
        p.weight as pillar_weight,
        n.weight / sum(n.weight) over (partition by n.framework, n.parent_code) as weight_in_pillar
    from {{ ref('framework_node') }} as n
    inner join {{ ref('framework_node') }} as p on n.framework = p.framework and n.parent_code = p.node_code
    where n.indicator_code is not null
),

span as (
    select
        framework, unnest(list_distinct(list_concat(
            generate_series(first_year, last_year),
            list_transform(string_split(extra_years, ' '), lambda y: y::bigint)
        ))) as year
    from {{ ref('framework') }}
),

-- An indicator enters a year for all nine or for none: scores of different make could not be ranked.
member_input as (
    select n.*, s.place_code, s.year, s.value, s.value_low, s.value_high, s.value_kind, s.imputation_method
    from node as n
    inner join span as y on n.framework = y.framework
    inner join {{ series }} as s on n.indicator_code = s.indicator_code and y.year = s.year
    qualify
        count(*) over (partition by n.framework, n.indicator_code, s.year)
        = (select count(*) from {{ ref('place') }} as p where p.is_member)
),

-- The corridor is the nine weighted by GDP or residents: for a ratio over that denominator, the ratio of sums.
corridor_input as (
    select
        i.* exclude (place_code, value, value_low, value_high, value_kind, imputation_method),
        f.base_place_code as place_code,
        sum(i.value * w.value) / sum(w.value) as value,
        sum(i.value_low * w.value) / sum(w.value) as value_low,
        sum(i.value_high * w.value) / sum(w.value) as value_high,
        sum(w.value) filter (where i.value_kind in ('observed', 'derived')) / sum(w.value) as known_share
    from member_input as i
    inner join {{ ref('framework') }} as f on i.framework = f.framework
    inner join {{ series }} as w
        on i.corridor_weight = w.indicator_code and i.place_code = w.place_code and i.year = w.year
    group by all
),

input as (
    select *, (value_kind in ('observed', 'derived'))::integer::double as known_share from member_input
    union all by name
    select
        *,
        case when known_share = 1 then 'derived' else 'imputed' end as value_kind,
        case when coalesce(known_share, 0) < 1 then 'weighted mean of the nine' end as imputation_method
    from corridor_input
),

normalised as (
    select
        *,
        100 * least(greatest((value - goalpost_low) / (goalpost_high - goalpost_low), 0), 1) as position,
        100 * least(greatest((value_low - goalpost_low) / (goalpost_high - goalpost_low), 0), 1) as position_low,
        100 * least(greatest((value_high - goalpost_low) / (goalpost_high - goalpost_low), 0), 1) as position_high
    from input
)

select
    framework,
    place_code,
    year::integer as year,
    pillar_code,
    indicator_code,
    value,
    value_low,
    value_high,
    value_kind,
    imputation_method,
    coalesce(known_share, 0) as known_share,
    case when direction > 0 then position else 100 - position end as normalised,
    case when direction > 0 then position_low else 100 - position_high end as normalised_low,
    case when direction > 0 then position_high else 100 - position_low end as normalised_high,
    pillar_weight,
    weight_in_pillar,
    -- A pillar without a single input gives its weight to the others.
    weight_in_pillar / sum(weight_in_pillar) over pillar as effective_weight_in_pillar,
    pillar_weight * weight_in_pillar as nominal_weight
from normalised
window pillar as (partition by framework, place_code, year, pillar_code)
{% endmacro %}
