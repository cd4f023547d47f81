{#- A full yearly series for each member and each indicator that is summed over the nine or enters an index.
    What is known stays as it is; a gap is filled by the first method that applies, and says so:
    interpolated   a straight line between the neighbours in the place's own series; interval: their hull
    carried        the nearest value of the own series, at most 8 years away; interval: as far as the median
    yearly change of the members would move it in that time
    peer_median    the median of the other members in that year, for ratios only; interval: their range
    A break in series (a boundary change) is never bridged. -#}
{% macro member_series(indicators, known_on) %}
{%- set known = record(year='year', value='value', closed_low='closed_low', closed_high='closed_high') %}
with wanted as (
    select indicator_code, is_additive, min_value, max_value
    from {{ ref('indicator') }}
    where
        is_additive
        or indicator_code in (select n.indicator_code from {{ ref('framework_node') }} as n)
),

years as (
    -- A year that is not over has no figure yet.
    select {{ unnested(number_range(2010, 'least(2024, year(' ~ known_on ~ ' + interval 1 day) - 1)')) }} as year
),

known as (
    select
        v.place_code, v.indicator_code, v.year, v.value, v.closed_low, v.closed_high, v.value_kind,
        v.vintage_date, v.document_id, v.cell_address
    from {{ indicators }} as v
    inner join wanted as w on v.indicator_code = w.indicator_code
    inner join {{ ref('place') }} as p on v.place_code = p.place_code and p.is_member
    where v.year between 2010 and 2024
),

grid as (
    select
        p.place_code,
        w.indicator_code,
        w.is_additive,
        w.min_value,
        w.max_value,
        y.year,
        count(b.first_year) as segment,
        any_value(k.value) as value,
        any_value(k.closed_low) as closed_low,
        any_value(k.closed_high) as closed_high,
        any_value(k.value_kind) as value_kind,
        any_value(k.vintage_date) as vintage_date,
        any_value(k.document_id) as document_id,
        any_value(k.cell_address) as cell_address
    from (select * from {{ ref('place') }} where is_member) as p
    -- An indicator that no member reports has no series.
    cross join (select * from wanted where indicator_code in (select k.indicator_code from known as k)) as w
    cross join years as y
    left join known as k on p.place_code = k.place_code and w.indicator_code = k.indicator_code and y.year = k.year
    left join {{ ref('series_break') }} as b
        on p.place_code = b.place_code and b.indicator_code in ('*', w.indicator_code) and y.year >= b.first_year
    group by all
),

neighbours as (
    select
        *,
        {{ last_known('case when value is not null then ' ~ known ~ ' end') }}
            over (
                partition by place_code, indicator_code, segment order by year
                rows between unbounded preceding and 1 preceding
            ) as earlier,
        {{ first_known('case when value is not null then ' ~ known ~ ' end') }}
            over (
                partition by place_code, indicator_code, segment order by year
                rows between 1 following and unbounded following
            ) as later
    from grid
),

yearly_change as (
    select indicator_code, median(abs(value - earlier.value) / (year - earlier.year)) as drift
    from neighbours
    where value is not null and earlier is not null
    group by indicator_code
),

own_series as (
    select
        n.place_code,
        n.indicator_code,
        n.is_additive,
        n.min_value,
        n.max_value,
        n.year,
        n.vintage_date,
        n.document_id,
        n.cell_address,
        n.earlier,
        n.later,
        case
            when n.value is not null then n.value_kind
            when n.earlier is not null and n.later is not null then 'interpolated'
            when c.drift is not null and n.year - n.earlier.year <= 8 then 'carried'
            when c.drift is not null and n.later.year - n.year <= 8 then 'carried'
        end as method,
        coalesce(n.earlier, n.later) as anchor,
        abs(n.year - coalesce(n.earlier, n.later).year) * c.drift as moved,
        n.value,
        n.closed_low,
        n.closed_high
    from neighbours as n
    left join yearly_change as c on n.indicator_code = c.indicator_code
),

filled as (
    select
        place_code,
        indicator_code,
        is_additive,
        year,
        method,
        vintage_date,
        document_id,
        cell_address,
        case method
            when 'interpolated'
                then earlier.value + (later.value - earlier.value) * (year - earlier.year) / (later.year - earlier.year)
            when 'carried' then anchor.value
            else value
        end as value,
        case method
            when 'interpolated' then least(earlier.closed_low, later.closed_low)
            when 'carried' then greatest(anchor.closed_low - moved, min_value)
            else closed_low
        end as closed_low,
        case method
            when 'interpolated' then greatest(earlier.closed_high, later.closed_high)
            when 'carried' then least(anchor.closed_high + moved, max_value)
            else closed_high
        end as closed_high
    from own_series
),

peers as (
    select indicator_code, year, median(value) as value, min(closed_low) as closed_low, max(closed_high) as closed_high
    from filled
    where value is not null
    group by indicator_code, year
    having count(*) >= 2
)

select
    f.place_code,
    f.indicator_code,
    f.year::integer as year,
    coalesce(f.value, p.value) as value,
    coalesce(f.closed_low, p.closed_low) as value_low,
    coalesce(f.closed_high, p.closed_high) as value_high,
    case
        when f.method in ('observed', 'derived', 'bound') then f.method
        else 'imputed'
    end as value_kind,
    case
        when f.method in ('observed', 'derived', 'bound') then null
        else coalesce(f.method, 'peer_median')
    end as imputation_method,
    f.vintage_date,
    f.document_id,
    f.cell_address
from filled as f
left join peers as p on f.indicator_code = p.indicator_code and f.year = p.year and not f.is_additive
where f.value is not null or p.value is not null
{% endmacro %}
