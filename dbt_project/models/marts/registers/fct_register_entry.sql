-- Every accepted row of a register with its history: the same thing said again later is its next version, and where a
-- plan is issued anew the earlier version ends the day before.
with known as (
    select
        e.*,
        g.is_versioned,
        coalesce(e.valid_from, e.date_from, e.version_date) as begins_on,
        {{ identity_key('g.identity') }} as identity_key
    from {{ ref('stg_register_entry') }} as e
    inner join {{ ref('register') }} as g on e.register_name = g.register_name
    where
        e.reject_rule is null
        and coalesce(e.version_date, e.date_from, e.valid_from, date '1900-01-01')
        <= {{ "date '" ~ var('as_of') ~ "'" if var('as_of') else "date '9999-12-31'" }}
),

numbered as (
    select
        *,
        dense_rank() over (
            partition by register_name, identity_key order by coalesce(version_date, begins_on) nulls first
        ) as version_no,
        max(coalesce(version_date, begins_on)) over (
            partition by register_name, identity_key
            order by coalesce(version_date, begins_on) nulls first range between unbounded preceding and current row
        ) as said_on
    from known
),

succeeded as (
    select
        *,
        max(version_no) over (partition by register_name, identity_key) as versions,
        min(said_on) over (
            partition by register_name, identity_key
            order by version_no range between 1 following and 1 following
        ) as succeeded_on
    from numbered
)

select
    register_name,
    'r-' || left(md5(register_name || chr(31) || identity_key), 12) as entry_id,
    version_no::integer as version_no,
    version_no = versions as is_latest,
    entry,
    place_code,
    place_codes,
    place_text as place_as_printed,
    place_detail,
    to_place_code,
    to_place_codes,
    to_place_text as to_place_as_printed,
    class_code,
    class_text as class_as_printed,
    subclass_text as subclass,
    field_text as field,
    metric_text as metric,
    value,
    value_low,
    value_high,
    unit,
    qualifier,
    value_as_printed,
    batch,
    begins_on as valid_from,
    case when is_versioned then coalesce(valid_to, succeeded_on - 1) else valid_to end as valid_to,
    date_text as date_as_printed,
    target_year,
    version_text as version,
    version_date,
    status_text as status,
    evidence,
    source_url,
    document_id,
    file_path,
    cell_address
from succeeded
order by register_name, file_path, row_no
