-- How far satellite internet has come: launches with their running total held against the totals that were printed,
-- capacity planned and reached, and targets by version of their plan; a plan issued anew is a version, not another plan.
with entry as (
    {{ accepted_entries(['satellite_launches', 'satellite_internet']) }}
),

-- A constellation is told by its name without remarks: 千帆 (Qianfan/Spacesail).
launched as (
    select
        *,
        sum(value) over constellation as cumulative,
        try_cast(regexp_extract(attributes['cumulative_after'], '\d+') as integer) as cumulative_stated,
        regexp_extract_all({{ without_brackets("attributes['cumulative_elsewhere']") }}, '\d+')::integer[] as cumulative_elsewhere
    from entry
    where register_name = 'satellite_launches'
    window constellation as (
        partition by {{ without_brackets('entry') }} order by date_from, cell_address rows unbounded preceding
    )
),

launch as (
    select
        *,
        nullif(
            list_filter(list_append(cumulative_elsewhere, cumulative_stated), lambda x: x is not null), []
        ) as cumulative_printed
    from launched
),

target as (
    select
        *,
        lag(target_year) over versions as previous_target_year,
        lag(value) over versions as previous_value,
        -- As printed the two may mean the same: their intervals meet, a missing end being open.
        coalesce(value_low <= lag(value_high) over versions, true)
        and coalesce(lag(value_low) over versions <= value_high, true) as is_same_value
    from entry
    where register_name = 'satellite_internet' and class_code = 'target'
    window versions as (partition by entry_id order by version_no, target_year, cell_address)
)

select
    case when e.register_name = 'satellite_launches' then 'launch' else e.class_code end as element,
    e.entry,
    case when e.register_name = 'satellite_launches' then 'satellites launched' else e.metric end as metric,
    e.place_code,
    e.batch,
    e.date_from,
    e.date_to,
    e.value,
    e.value_low,
    e.value_high,
    case when e.register_name = 'satellite_launches' then '颗' else e.unit end as unit,
    e.qualifier,
    e.value_as_printed,
    l.cumulative::integer as cumulative,
    l.cumulative_stated,
    l.cumulative_elsewhere,
    (l.cumulative_stated - l.cumulative)::integer as cumulative_difference,
    len(list_filter(l.cumulative_printed, lambda x: x <> l.cumulative)) > 0 as is_cumulative_disputed,
    e.attributes['rocket'] as rocket,
    e.attributes['site'] as launch_site,
    e.attributes['manufacturer'] as manufacturer,
    e.target_year,
    nullif(e.attributes['plan'], '') as plan,
    e.version,
    e.version_date,
    case when e.register_name = 'satellite_internet' then e.version_no end as version_no,
    case when e.register_name = 'satellite_internet' then e.is_latest end as is_latest,
    t.previous_target_year,
    t.previous_value as previous_target_value,
    -- A later year for what was wanted before is a target put off; a later year for more is the next of the same plan.
    case
        when t.previous_target_year is null and t.cell_address is not null then 'first'
        when e.target_year > t.previous_target_year and t.is_same_value then 'postponed'
        when e.target_year > t.previous_target_year and e.value > t.previous_value then 'next_step'
        when e.target_year = t.previous_target_year and t.is_same_value then 'repeated'
        when t.cell_address is not null then 'revised'
    end as target_change,
    e.evidence as remark,
    e.source_url,
    e.document_id,
    e.cell_address
from entry as e
left join launch as l on e.cell_address = l.cell_address
left join target as t on e.cell_address = t.cell_address
order by element, e.date_from nulls last, e.entry, e.metric, e.version_no, e.target_year, e.cell_address
