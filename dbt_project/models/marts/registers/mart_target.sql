{{ config(materialized='view') }}
-- Each numeric target of a plan, version by version, beside the figure that measures it best. A view, since what is due
-- changes while nothing else does: it is reckoned on the day it is read, or on the day as_of of the build. A version
-- replaced before its target was due is judged no more. The catalog's name is left out, since a release is opened under
-- any name.
with target as (
    select
        t.*,
        make_date(t.target_year, 12, 31) as due_on,
        case when t.valid_to < make_date(t.target_year, 12, 31) then t.valid_to + 1 end as superseded_on,
        m.name_zh,
        m.name_en,
        m.measure,
        m.reading,
        m.indicator_code,
        m.register_name as actual_register,
        m.entry_pattern,
        m.metric_pattern,
        m.class_code as actual_class,
        m.tally,
        m.note_zh,
        m.note_en
    from {{ ref('fct_register_entry').include(database=false) }} as t
    left join {{ ref('target_metric').include(database=false) }} as m
        on t.metric = m.metric and coalesce(m.plan, '') in ('', t.entry)
    where t.register_name = 'targets'
    qualify row_number() over (partition by t.cell_address order by coalesce(m.plan, '') desc) = 1
),

-- Rows of registers that a target names: figures of the whole place, figures of its parts too (each), or the events of a
-- running sum.
named as (
    select
        t.cell_address as target_cell,
        t.tally,
        coalesce({{ last_day_said('r.date_as_printed') }}, r.valid_from) as day,
        r.value,
        r.value_low,
        r.value_high,
        r.qualifier,
        r.unit,
        r.document_id,
        r.cell_address
    from target as t
    inner join {{ ref('fct_register_entry').include(database=false) }} as r
        on
            t.actual_register = r.register_name
            and r.value is not null
            and (r.place_detail is null or t.tally = 'each')
            and coalesce(t.place_code = r.place_code, true)
            and (coalesce(t.entry_pattern, '') = '' or regexp_full_match(r.entry, t.entry_pattern))
            and (coalesce(t.metric_pattern, '') = '' or regexp_full_match(r.metric, t.metric_pattern))
            and (coalesce(t.actual_class, '') = '' or t.actual_class = r.class_code)
),

registered as (
    select
        *,
        make_date(year(day), 12, 31) as year_end,
        sum(value) over (partition by target_cell order by day, cell_address) as total,
        max(day) over (partition by target_cell) as last_day
    from named
),

-- A running sum is known at the end of each year before its last event, and on the day of that.
running as (
    select *, case when day = last_day then day else year_end end as known_on_day
    from registered
    where tally = 'running_sum' and (day = last_day or year_end < last_day)
    qualify row_number() over (partition by target_cell, known_on_day order by total desc) = 1
),

figure as (
    select t.cell_address as target_cell, f.period_end as actual_on, f.*
    from target as t
    inner join {{ ref('fct_indicator').include(database=false) }} as f
        on t.indicator_code = f.indicator_code and t.place_code = f.place_code
    where t.measure in ('level', 'cumulative') or (t.measure = 'yearly' and f.year is not null)
    union all by name
    -- The change of a stock over the year.
    select
        t.cell_address as target_cell,
        f.period_end as actual_on,
        f.value - b.value as value,
        f.value_low - b.value_high as value_low,
        f.value_high - b.value_low as value_high,
        'about' as qualifier,
        f.unit,
        f.document_id,
        f.cell_address || ' ; ' || b.cell_address as cell_address
    from target as t
    inner join {{ ref('fct_indicator').include(database=false) }} as f
        on t.indicator_code = f.indicator_code and t.place_code = f.place_code
    inner join {{ ref('fct_indicator').include(database=false) }} as b
        on f.indicator_code = b.indicator_code and f.place_code = b.place_code and f.year = b.year + 1
    where t.measure = 'yearly_change'
    union all by name
    select day as actual_on, * from registered where coalesce(tally, '') <> 'running_sum'
    union all by name
    select
        known_on_day as actual_on,
        total as value,
        total as value_low,
        total as value_high,
        'exact' as qualifier,
        * exclude (value, value_low, value_high, qualifier)
    from running
),

scaled as (
    select
        t.reading,
        t.due_on,
        t.measure,
        a.*,
        case
            when a.unit is null or a.unit = regexp_replace(t.unit, '/年$', '') then 1
            when u.dimension = v.dimension then v.factor / u.factor
        end as scale
    from target as t
    inner join figure as a on t.cell_address = a.target_cell
    left join {{ ref('unit').include(database=false) }} as u on regexp_replace(t.unit, '/年$', '') = u.unit
    left join {{ ref('unit').include(database=false) }} as v on a.unit = v.unit
),

-- In the unit of the target; where a figure measures a part of what is aimed at or more than it, an end stays open.
compared as (
    select
        target_cell,
        measure,
        actual_on,
        document_id as actual_document_id,
        cell_address as actual_cell_address,
        value * scale as actual,
        case when coalesce(reading, '') <> 'at_most' then value_low * scale end as actual_low,
        case when coalesce(reading, '') <> 'at_least' then value_high * scale end as actual_high,
        case
            when coalesce(reading, '') <> '' then reading
            when value_low is null then 'at_most'
            when value_high is null then 'at_least'
            else qualifier
        end as actual_qualifier,
        case when actual_on = due_on then 'on_due_day' when actual_on < due_on then 'before' else 'after' end as actual_relation
    from scaled
    where scale is not null
),

tested as (
    select
        c.*,
        coalesce(c.actual_low >= t.value, false)
        or (c.actual_qualifier <> 'at_most' and c.actual >= t.value) as is_reached,
        coalesce(c.actual_high < coalesce(t.value_low, t.value), false) as is_short
    from compared as c
    inner join target as t on c.target_cell = t.cell_address
),

-- The figure of the due day; else a later one of what can only grow that is still short; else the last before.
chosen as (
    select *
    from tested
    qualify row_number() over (
        partition by target_cell
        order by
            actual_relation = 'on_due_day' desc,
            actual_relation = 'after' and measure = 'cumulative' and is_short desc,
            actual_relation = 'before' desc,
            case when actual_relation = 'before' then actual_on end desc,
            actual_on,
            is_reached desc,
            actual_cell_address
    ) = 1
),

-- The first figure since the plan was made or the last before it: where the line to the target begins.
first_figure as (
    select c.target_cell, c.actual_on as start_on, c.actual as start_value
    from tested as c
    inner join target as t on c.target_cell = t.cell_address
    where c.actual_relation = 'before'
    qualify row_number() over (
        partition by c.target_cell
        order by
            c.actual_on <= t.version_date desc,
            case when c.actual_on <= t.version_date then c.actual_on end desc,
            c.actual_on
    ) = 1
),

-- The policy that the target is of: its last version that was out when the target was printed, else its first.
policy as (
    select t.cell_address as target_cell, p.field as issuer, p.cell_address as policy_cell_address
    from target as t
    inner join {{ ref('fct_register_entry').include(database=false) }} as p
        on t.entry = p.entry and p.register_name = 'policy'
    qualify row_number() over (
        partition by t.cell_address
        order by
            t.version_date >= p.version_date desc,
            case when t.version_date >= p.version_date then p.version_date end desc,
            p.version_date,
            p.cell_address
    ) = 1
),

judged as (
    select
        t.*,
        c.* exclude (target_cell, measure),
        {% if var('as_of') %}{{ known_on() }}{% else %}current_date{% endif %} as as_of,
        f.start_value
        + (t.value - f.start_value) * (c.actual_on - f.start_on) / nullif(t.due_on - f.start_on, 0) as on_the_line
    from target as t
    left join chosen as c on t.cell_address = c.target_cell
    left join first_figure as f on t.cell_address = f.target_cell and c.actual_on > f.start_on
)

select
    j.entry as plan,
    j.evidence as plan_title,
    j.version,
    o.issuer,
    j.version_date,
    j.version_no,
    j.superseded_on,
    j.superseded_on is null as is_current,
    j.place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    j.metric,
    coalesce(j.name_zh, j.metric) as metric_name_zh,
    coalesce(j.name_en, j.metric) as metric_name_en,
    j.target_year,
    j.value_as_printed as target_as_printed,
    j.value as target,
    j.value_low as target_low,
    j.value_high as target_high,
    j.unit,
    j.qualifier as target_qualifier,
    j.actual,
    j.actual_low,
    j.actual_high,
    j.actual_qualifier,
    j.actual_on,
    j.actual_relation,
    j.actual - j.value as gap,
    case
        when j.superseded_on is not null then 'superseded'
        when j.as_of <= j.due_on and j.is_reached and j.measure = 'cumulative' then 'met'
        when j.as_of <= j.due_on and j.actual_relation = 'before' and (j.is_reached or j.actual_low >= j.on_the_line)
            then 'on_track'
        when j.as_of <= j.due_on then 'not_yet_due'
        when j.is_reached and j.actual_relation = 'on_due_day' then 'met'
        when j.is_reached and j.actual_relation = 'before' and j.measure in ('level', 'cumulative') then 'met'
        when j.is_short and j.actual_relation = 'on_due_day' then 'missed'
        when j.is_short and j.actual_relation = 'after' and j.measure = 'cumulative' then 'missed'
        else 'no_actual'
    end as verdict,
    j.due_on,
    j.as_of,
    j.note_zh,
    j.note_en,
    j.source_url,
    j.document_id,
    j.cell_address,
    j.actual_document_id,
    j.actual_cell_address,
    o.policy_cell_address
from judged as j
left join policy as o on j.cell_address = o.target_cell
left join {{ ref('place').include(database=false) }} as p on j.place_code = p.place_code
order by j.entry, j.version_no, j.target_year, j.cell_address
