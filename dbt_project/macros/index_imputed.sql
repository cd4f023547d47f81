{#- The full grid of units and indicators: raw, over its denominator, gaps filled as the method says.
    mean, median, group_mean, group_median   of the members of the same period (and group); interval: their range
    linear      between the neighbours in the unit's own series, beyond its ends the nearest; interval: their hull
    latest      the last known before; interval: the range of what the unit ever had
    regression  on the indicator of highest |r| that the unit has, three pairs at least; interval: two residual sd
    A reference unit takes no part in what fills others. -#}
{% macro index_imputed(inputs, units, groups) %}
{%- set known = record(time='time', denominated='denominated', low='low', high='high') %}
with indicator as (
    select n.framework, n.node_code as code, n.node_id, case when m.denominate then n.denominator end as denominator
    from ({{ index_node() }}) as n
    inner join {{ ref('framework_method') }} as m on n.framework = m.framework
    where n.kind = 'indicator'
),

grid as (
    select
        u.framework, u.unit_code, u.period, u.is_reference, u.unit_id, i.code, i.node_id, v.value as raw, v.value_kind,
        try_cast(u.period as double) as time,
        -- Nothing over zero is a number.
        case when i.denominator is null then 1 else nullif(d.value, 0) end as divisor,
        v.value / divisor as denominated,
        -- least() and greatest() pass over a null: an interval without one end has none.
        case when v.value_low + v.value_high is not null then least(v.value_low / divisor, v.value_high / divisor) end as low,
        case when v.value_low + v.value_high is not null then greatest(v.value_low / divisor, v.value_high / divisor) end as high
    from (
        select *, row_number() over (order by framework, unit_code, period)::integer as unit_id from {{ units }}
    ) as u
    inner join indicator as i on u.framework = i.framework
    left join {{ inputs }} as v
        on u.framework = v.framework and u.unit_code = v.unit_code and u.period = v.period and i.code = v.code
    left join {{ inputs }} as d
        on u.framework = d.framework and u.unit_code = d.unit_code and u.period = d.period and i.denominator = d.code
),

grouped as (
    select c.*, m.impute, case when m.impute in ('group_mean', 'group_median') then g.group_value end as peers
    from grid as c
    inner join {{ ref('framework_method') }} as m on c.framework = m.framework
    left join {{ groups }} as g
        on
            c.framework = g.framework and c.unit_code = g.unit_code and c.period = g.period
            and m.impute_group = g.group_code
),

peer as (
    select
        framework, period, code, peers,
        avg(denominated) as mean, median(denominated) as median, min(low) as low, max(high) as high
    from grouped
    where impute in ('mean', 'median', 'group_mean', 'group_median') and not is_reference and denominated is not null
    group by all
),

neighbour as (
    select
        framework, unit_code, period, code,
        {{ last_known('case when denominated is not null then ' ~ known ~ ' end') }}
            over (
                partition by framework, unit_code, code order by time nulls last, period
                rows between unbounded preceding and 1 preceding
            ) as earlier,
        {{ first_known('case when denominated is not null then ' ~ known ~ ' end') }}
            over (
                partition by framework, unit_code, code order by time nulls last, period
                rows between 1 following and unbounded following
            ) as later,
        min(low) over (partition by framework, unit_code, code) as ever_low,
        max(high) over (partition by framework, unit_code, code) as ever_high
    from grouped
    where impute in ('linear', 'latest')
    qualify denominated is null
),

gap as (
    select distinct framework, period, code from grouped where impute = 'regression' and denominated is null
),

fit as (
    select
        g.framework, g.period, g.code, x.code as partner,
        regr_slope(y.denominated, x.denominated) as slope,
        regr_intercept(y.denominated, x.denominated) as intercept,
        corr(y.denominated, x.denominated) as r,
        regr_syy(y.denominated, x.denominated) as syy,
        count(*) as n
    from gap as g
    inner join grid as y on g.framework = y.framework and g.period = y.period and g.code = y.code
    inner join grid as x
        on y.framework = x.framework and y.period = x.period and y.unit_code = x.unit_code and y.code <> x.code
    where not y.is_reference and y.denominated is not null and x.denominated is not null
    group by g.framework, g.period, g.code, x.code
),

partner as (
    select
        framework, period, code, partner, slope, intercept, r,
        -- Rounding may take a perfect fit beyond 1.
        sqrt(syy * greatest(1 - r * r, 0) / (n - 2)) as residual_sd
    from fit
    -- A constant goes with nothing: its r is not a number, which is above all numbers.
    where n >= 3 and abs(r) < 2
),

regressed as (
    select
        c.framework, c.unit_code, c.period, c.code,
        max_by(
            {{ record(value='f.intercept + f.slope * x.denominated', sd='f.residual_sd') }},
            {{ record(r='abs(f.r)', partner='f.partner') }}
        ) as estimate
    from grouped as c
    inner join partner as f on c.framework = f.framework and c.period = f.period and c.code = f.code
    inner join grid as x
        on c.framework = x.framework and c.period = x.period and c.unit_code = x.unit_code and f.partner = x.code
    where c.denominated is null and x.denominated is not null
    group by all
),

filled as (
    select
        c.framework, c.unit_code, c.period, c.code, c.unit_id, c.node_id, c.is_reference, c.raw, c.denominated, c.value_kind, c.impute,
        case
            when c.denominated is not null then c.denominated
            when c.impute in ('mean', 'group_mean') then p.mean
            when c.impute in ('median', 'group_median') then p.median
            when c.impute = 'latest' then n.earlier.denominated
            when c.impute = 'linear' and n.earlier is not null and n.later is not null
                then
                    n.earlier.denominated
                    + (n.later.denominated - n.earlier.denominated)
                    * (c.time - n.earlier.time) / (n.later.time - n.earlier.time)
            when c.impute = 'linear' then coalesce(n.earlier, n.later).denominated
            when c.impute = 'regression' then r.estimate.value
        end as imputed,
        case
            when c.denominated is not null then c.low
            when c.impute = 'linear' then least(n.earlier.low, n.later.low)
            when c.impute = 'latest' then n.ever_low
            when c.impute = 'regression' then r.estimate.value - 2 * r.estimate.sd
            else p.low
        end as value_low,
        case
            when c.denominated is not null then c.high
            when c.impute = 'linear' then greatest(n.earlier.high, n.later.high)
            when c.impute = 'latest' then n.ever_high
            when c.impute = 'regression' then r.estimate.value + 2 * r.estimate.sd
            else p.high
        end as value_high
    from grouped as c
    left join peer as p
        on
            c.framework = p.framework and c.period = p.period and c.code = p.code
            and c.peers is not distinct from p.peers and (c.peers is not null or c.impute in ('mean', 'median'))
    left join neighbour as n
        on c.framework = n.framework and c.period = n.period and c.code = n.code and c.unit_code = n.unit_code
    left join regressed as r
        on c.framework = r.framework and c.period = r.period and c.code = r.code and c.unit_code = r.unit_code
)

select
    f.framework,
    f.unit_code,
    f.period,
    f.code,
    f.raw,
    f.denominated,
    f.imputed,
    f.value_low,
    f.value_high,
    case
        when f.denominated is not null then f.value_kind
        when f.imputed is not null then 'imputed'
    end as value_kind,
    case when f.denominated is null and f.imputed is not null then f.impute end as imputation_method,
    f.is_reference,
    coalesce(
        count(f.imputed) over (partition by f.framework, f.unit_code, f.period)
        >= m.min_share * count(*) over (partition by f.framework, f.unit_code, f.period) - 1e-12,
        true
    ) as is_kept,
    f.unit_id,
    f.node_id
from filled as f
inner join {{ ref('framework_method') }} as m on f.framework = m.framework
{% endmacro %}
