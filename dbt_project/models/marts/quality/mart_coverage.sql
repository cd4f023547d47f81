-- Every member, indicator and year from 2010 on: is there a figure, and if not, why not.
with wanted as (
    select distinct v.indicator_code
    from {{ ref('int_indicator') }} as v
    inner join {{ ref('place') }} as p on v.place_code = p.place_code
    where p.is_member and v.year is not null
),

grid as (
    select p.place_code, w.indicator_code, y.year
    from (select * from {{ ref('place') }} where is_member) as p
    cross join wanted as w
    cross join (select unnest(generate_series(2010, 2024)) as year) as y
),

part_year as (
    select distinct place_code, indicator_code, year(period_end) as year
    from {{ ref('int_observation') }}
    where period_kind <> 'year'
),

other_rule as (
    select distinct place_code, reclassified_from as indicator_code, year(period_end) as year
    from {{ ref('int_observation') }}
    where reclassified_from is not null
),

refused as (
    select distinct place_code, indicator_code, year(period_end) as year
    from {{ ref('stg_statistic') }}
    where reject_rule is not null
),

-- The source prints the cell with a mark for no figure.
marked_missing as (
    select distinct place_code, indicator_code, year(period_end) as year
    from {{ ref('stg_statistic') }}
    where is_missing
),

-- Printed by the census, or a formula over what only the census prints.
census_only as (
    select v.indicator_code
    from {{ ref('int_indicator') }} as v
    inner join {{ ref('place') }} as p on v.place_code = p.place_code and p.is_member
    where v.year is not null
    group by v.indicator_code
    having bool_and(v.cell_address like 'census/%')
),

-- An indicator that exists only because a counting rule held for some years has no value in others.
rule_years as (
    select to_indicator_code as indicator_code, min(first_year) as first_year, max(last_year) as last_year
    from {{ ref('reclassification') }}
    group by to_indicator_code
),

imputed as (
    select place_code, indicator_code, year, imputation_method
    from {{ ref('int_member_series') }}
    where value_kind = 'imputed'
)

select
    g.place_code,
    g.indicator_code,
    g.year::integer as year,
    v.value_kind is not null as is_covered,
    v.value_kind,
    case
        when v.value_kind is not null then null
        when q.place_code is not null then 'quarantined'
        when g.year not between y.first_year and y.last_year then 'not_applicable'
        when r.place_code is not null then 'other_counting_rule'
        when x.place_code is not null then 'printed_as_missing'
        when h.place_code is not null then 'part_year_only'
        when c.indicator_code is not null then 'census_years_only'
        when bool_or(v.value_kind is not null) over (partition by g.place_code, g.indicator_code) then 'not_found'
        else 'never_found_for_place'
    end as gap_reason,
    m.imputation_method
from grid as g
left join {{ ref('int_indicator') }} as v
    on g.place_code = v.place_code and g.indicator_code = v.indicator_code and g.year = v.year
left join refused as q
    on g.place_code = q.place_code and g.indicator_code = q.indicator_code and g.year = q.year
left join other_rule as r
    on g.place_code = r.place_code and g.indicator_code = r.indicator_code and g.year = r.year
left join part_year as h
    on g.place_code = h.place_code and g.indicator_code = h.indicator_code and g.year = h.year
left join marked_missing as x
    on g.place_code = x.place_code and g.indicator_code = x.indicator_code and g.year = x.year
left join census_only as c on g.indicator_code = c.indicator_code
left join rule_years as y on g.indicator_code = y.indicator_code
left join imputed as m on g.place_code = m.place_code and g.indicator_code = m.indicator_code and g.year = m.year
order by g.indicator_code, g.place_code, g.year
