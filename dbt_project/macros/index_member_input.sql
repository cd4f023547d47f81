{#- What enters the indices of the nine: the yearly series of the members, and the corridor as their weighted mean. -#}
{% macro index_member_input(series) %}
with node as (
    select framework, node_code, indicator_code, corridor_weight
    from {{ ref('framework_node') }}
    where kind = 'indicator'
),

span as (
    select framework, {{ unnested(number_range('first_year', 'last_year')) }} as year
    from {{ ref('framework') }}
    union
    select framework, year::integer as year
    from (
        select framework, {{ unnested("split(extra_years, ' ')") }} as year from {{ ref('framework') }}
    )
),

-- An indicator enters a year for all nine or for none: scores of different make could not be ranked.
member_input as (
    select n.*, s.place_code, s.year, s.value, s.value_low, s.value_high, s.value_kind, s.imputation_method
    from node as n
    inner join span as y on n.framework = y.framework
    inner join {{ series }} as s on n.indicator_code = s.indicator_code and y.year = s.year
    qualify
        count(*) over (partition by n.framework, n.node_code, s.year)
        = (select count(*) from {{ ref('place') }} as p where p.is_member)
),

-- The corridor is the nine weighted by GDP or residents: for a ratio over that denominator, the ratio of sums.
corridor_input as (
    select
        i.framework, i.node_code, f.base_place_code as place_code, i.year,
        sum(i.value * w.value) / sum(w.value) as value,
        sum(i.value_low * w.value) / sum(w.value) as value_low,
        sum(i.value_high * w.value) / sum(w.value) as value_high,
        coalesce(
            sum(w.value) filter (where i.value_kind in ('observed', 'derived')) / sum(w.value), 0
        ) as known_share
    from member_input as i
    inner join {{ ref('framework') }} as f on i.framework = f.framework
    inner join {{ series }} as w
        on i.corridor_weight = w.indicator_code and i.place_code = w.place_code and i.year = w.year
    group by all
)

select
    framework, place_code as unit_code, year::string as period, node_code as code, value, value_low, value_high, value_kind,
    imputation_method, (value_kind in ('observed', 'derived'))::integer::double as known_share, false as is_reference
from member_input
union all
select
    framework, place_code as unit_code, year::string as period, node_code as code, value, value_low, value_high,
    case when known_share = 1 then 'derived' else 'imputed' end as value_kind,
    case when known_share < 1 then 'weighted mean of the nine' end as imputation_method,
    known_share, true as is_reference
from corridor_input
{% endmacro %}

{#- The weight of each indicator in the whole of its framework, whether it is there or not. -#}
{% macro index_member_weight() %}
with recursive share as (
    select
        framework, node_code, parent_code, kind,
        weight / sum(weight) over (partition by framework, parent_code) as share
    from {{ ref('framework_node') }}
    where kind in ('indicator', 'aggregate')
),

path as (
    select framework, node_code as code, parent_code, share from share where kind = 'indicator'
    union all
    select p.framework, p.code, s.parent_code, p.share * s.share
    from path as p
    inner join share as s on p.framework = s.framework and p.parent_code = s.node_code
)

select framework, code, share as nominal_weight from path where parent_code is null
{% endmacro %}

{#- Places and years. A reference is scored but takes no rank and gives no statistics: the corridor itself, and a
    member in a year of which next to nothing is known. -#}
{% macro index_member_unit(inputs) %}
select
    i.framework, i.unit_code, i.period,
    any_value(i.is_reference) or sum(w.nominal_weight * i.known_share) < any_value(f.ranked_from) as is_reference
from {{ inputs }} as i
inner join ({{ index_member_weight() }}) as w on i.framework = w.framework and i.code = w.code
inner join {{ ref('framework') }} as f on i.framework = f.framework
group by i.framework, i.unit_code, i.period
{% endmacro %}

{#- The province of each member, within which it has a rank of its own. -#}
{% macro index_member_group(units) %}
select u.framework, u.unit_code, u.period, 'province' as group_code, p.parent_code as group_value
from {{ units }} as u
inner join {{ ref('place') }} as p on u.unit_code = p.place_code
where not u.is_reference
{% endmacro %}

{#- Every index, place, year and indicator side by side: input, place between the goalposts, weight, contribution.
    known_share: how much of it rests on printed figures or formulas over them. The ends of a contribution follow
    the input with everything else as it is. -#}
{% macro index_member_indicator(inputs, normalised, weights, scores, contributions) %}
select
    i.framework,
    i.unit_code as place_code,
    i.period::integer as year,
    n.parent_code as pillar_code,
    i.code as indicator_code,
    i.value,
    i.value_low,
    i.value_high,
    i.value_kind,
    i.imputation_method,
    i.known_share,
    z.normalised,
    z.normalised_low,
    z.normalised_high,
    c.weight,
    w.weight / sum(w.weight) over (partition by i.framework, i.unit_code, i.period, n.parent_code) as weight_in_pillar,
    x.nominal_weight,
    c.contribution,
    coalesce(c.contribution / nullif(z.normalised, 0), c.weight * s.points) as slope,
    c.contribution + slope * (z.normalised_low - z.normalised) as contribution_low,
    c.contribution + slope * (z.normalised_high - z.normalised) as contribution_high
from {{ inputs }} as i
inner join {{ ref('framework_node') }} as n on i.framework = n.framework and i.code = n.node_code
inner join {{ normalised }} as z
    on i.framework = z.framework and i.unit_code = z.unit_code and i.period = z.period and i.code = z.code
inner join {{ weights }} as w on i.framework = w.framework and i.code = w.node_code
inner join ({{ index_member_weight() }}) as x on i.framework = x.framework and i.code = x.code
inner join {{ ref('framework_node') }} as r on i.framework = r.framework and r.kind = 'aggregate' and r.parent_code is null
inner join {{ scores }} as s
    on i.framework = s.framework and i.unit_code = s.unit_code and i.period = s.period and r.node_code = s.node_code
inner join {{ contributions }} as c
    on
        i.framework = c.framework and i.unit_code = c.unit_code and i.period = c.period and r.node_code = c.node_code
        and i.code = c.code
{% endmacro %}

{#- Score, rank and what they rest on, of each place and year. A score that rests on next to nothing has no rank and
    takes none from others. A rank can be as good as one behind those certainly ahead, and as bad as behind all who
    have a rank and may be ahead. -#}
{% macro index_member_score(scores, indicators) %}
with score as (
    select
        s.framework, s.unit_code as place_code, s.period::integer as year, s.score, s.score_low, s.score_high, s.rank,
        p.name_zh as place_name_zh, p.name_en as place_name_en, p.is_member
    from {{ scores }} as s
    inner join {{ ref('framework_node') }} as r
        on s.framework = r.framework and s.node_code = r.node_code and r.kind = 'aggregate' and r.parent_code is null
    inner join {{ ref('place') }} as p on s.unit_code = p.place_code
),

known as (
    select framework, place_code, year, sum(nominal_weight * known_share) as availability
    from {{ indicators }}
    group by all
),

bounds as (
    select
        a.framework, a.place_code, a.year,
        1 + count(*) filter (where b.score_low > a.score_high) as rank_low,
        1 + count(*) filter (where b.score_high > a.score_low and b.place_code <> a.place_code) as rank_high
    from score as a
    inner join score as b on a.framework = b.framework and a.year = b.year and b.is_member and b.rank is not null
    where a.rank is not null
    group by all
)

select
    s.framework,
    s.place_code,
    s.place_name_zh,
    s.place_name_en,
    s.year,
    s.score,
    s.score_low,
    s.score_high,
    100 * s.score / b.score as own_trend,
    s.rank,
    r.rank_low::integer as rank_low,
    r.rank_high::integer as rank_high,
    k.availability,
    k.availability < f.indicative_below as is_indicative
from score as s
inner join known as k on s.framework = k.framework and s.place_code = k.place_code and s.year = k.year
inner join {{ ref('framework') }} as f on s.framework = f.framework
left join score as b on s.framework = b.framework and s.place_code = b.place_code and f.base_year = b.year
left join bounds as r on s.framework = r.framework and s.place_code = r.place_code and s.year = r.year
order by s.framework, s.year, s.rank nulls first
{% endmacro %}
