-- The nine together and against the nation, for each indicator that can be summed and for each ratio:
-- the mean of the nine ratios and the ratio of the sums, which differ. The nation is taken as it was known
-- when the last of the nine figures became known, so that one share never mixes two revisions.
with member as (
    select s.*, p.name_zh
    from {{ ref('int_member_series') }} as s
    inner join {{ ref('place') }} as p on s.place_code = p.place_code
),

missing as (
    select g.indicator_code, g.year, list(p.name_zh order by p.place_code) as missing_places
    from (select distinct indicator_code, year from member) as g
    cross join (select * from {{ ref('place') }} where is_member) as p
    anti join member as m on g.indicator_code = m.indicator_code and g.year = m.year and p.place_code = m.place_code
    group by all
),

summed as (
    select
        m.indicator_code,
        i.is_additive,
        m.year,
        count(*) as members_counted,
        count(*) filter (where m.value_kind in ('observed', 'derived')) as members_known,
        sum(m.value) as total,
        sum(m.value_low) as total_low,
        sum(m.value_high) as total_high,
        sum(m.value_low) filter (where m.value_kind <> 'imputed') as known_low,
        avg(m.value) as mean_value,
        avg(m.value_low) as mean_low,
        avg(m.value_high) as mean_high,
        bool_or(m.value_kind = 'imputed') as has_imputed,
        bool_or(m.value_kind = 'bound') as has_bound,
        max(m.vintage_date) as last_known_on,
        list(struct_pack(
            place_code := m.place_code, name_zh := m.name_zh, value := m.value, value_low := m.value_low,
            value_high := m.value_high, value_kind := m.value_kind, imputation_method := m.imputation_method,
            vintage_date := m.vintage_date, cell_address := m.cell_address
        ) order by m.place_code) as addends
    from member as m
    inner join {{ ref('indicator') }} as i on m.indicator_code = i.indicator_code
    group by all
),

nation as (
    select
        o.indicator_code,
        year(o.period_end) as year,
        list(struct_pack(
            value := o.value, value_low := o.value_low, value_high := o.value_high, status := o.status,
            vintage_date := o.vintage_date, cell_address := o.cell_address
        ) order by o.status_rank, o.precision_width, o.vintage_date desc, o.cell_address) as vintages
    from {{ ref('int_observation') }} as o
    where o.place_code = '100000' and o.period_kind = 'year' and not o.is_bound and not o.is_forecast
    group by all
),

-- Of the national printings known on the day the last of the nine was, the most settled and precise one;
-- where none was known yet, the least settled.
matched as (
    select
        s.*,
        n.vintages as nation_vintages,
        coalesce(
            list_filter(n.vintages, lambda v: s.last_known_on is null or v.vintage_date <= s.last_known_on)[1],
            n.vintages[-1]
        ) as nation
    from summed as s
    left join nation as n on s.indicator_code = n.indicator_code and s.year = n.year
),

ratio as (
    select
        d.indicator_code,
        a.year,
        d.factor * a.total / b.total as ratio_of_sums,
        d.factor * a.total_low / b.total_high as ratio_of_sums_low,
        d.factor * a.total_high / b.total_low as ratio_of_sums_high
    from {{ ref('derivation') }} as d
    inner join summed as a on d.first_code = a.indicator_code and a.members_counted = 9
    inner join summed as b on d.second_code = b.indicator_code and a.year = b.year and b.members_counted = 9
    where d.operation = 'ratio'
),

stated as (
    select indicator_code, year, value, qualifier, cell_address
    from {{ ref('int_indicator') }}
    where place_code = 'G60' and year is not null and value_kind <> 'derived'
)

select
    m.indicator_code,
    i.name_zh as indicator_name_zh,
    i.name_en as indicator_name_en,
    m.year::integer as year,
    i.base_unit as unit,
    case when m.is_additive and m.members_counted = 9 then m.total end as total,
    case when m.is_additive and m.members_counted = 9 then m.total_low end as total_low,
    case when m.is_additive and m.members_counted = 9 then m.total_high end as total_high,
    case when m.is_additive then m.known_low end as total_at_least,
    case when not m.is_additive and m.members_counted = 9 then m.mean_value end as mean_of_ratios,
    case when not m.is_additive and m.members_counted = 9 then m.mean_low end as mean_of_ratios_low,
    case when not m.is_additive and m.members_counted = 9 then m.mean_high end as mean_of_ratios_high,
    r.ratio_of_sums,
    r.ratio_of_sums_low,
    r.ratio_of_sums_high,
    case when m.has_imputed then 'imputed' when m.has_bound then 'bound' else 'derived' end as value_kind,
    m.members_known::integer as members_known,
    m.members_counted::integer as members_counted,
    array_to_string(x.missing_places, ', ') as members_missing,
    t.value as stated_value,
    t.qualifier as stated_qualifier,
    t.cell_address as stated_cell_address,
    m.nation.value as nation_value,
    m.nation.status as nation_status,
    m.nation.vintage_date as nation_vintage_date,
    case when m.is_additive and m.members_counted = 9 then 100 * m.total / nullif(m.nation.value, 0) end as share_of_nation,
    case when m.is_additive and m.members_counted = 9 then 100 * m.total_low / nullif(m.nation.value_high, 0) end as share_low,
    case when m.is_additive and m.members_counted = 9 then 100 * m.total_high / nullif(m.nation.value_low, 0) end as share_high,
    m.addends,
    m.nation_vintages
from matched as m
inner join {{ ref('indicator') }} as i on m.indicator_code = i.indicator_code
left join missing as x on m.indicator_code = x.indicator_code and m.year = x.year
left join ratio as r on m.indicator_code = r.indicator_code and m.year = r.year
left join stated as t on m.indicator_code = t.indicator_code and m.year = t.year
order by m.indicator_code, m.year
