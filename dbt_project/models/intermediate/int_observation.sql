-- Every vintage of every figure, in base units, with the best printing of each cell marked (macro best_printing).
-- With the variable as_of, only what was known on that day.
with reported as (
    -- An undated document cannot be older than the last day it reports on.
    select document_id, max(period_end) as reported_to
    from {{ ref('stg_statistic') }}
    where reject_rule is null and not is_missing
    group by document_id
),

figure as (
    select
        {{ star_except(
            ['published_by', 'reject_rule', 'reject_reason', 'reject_remedy', 'suggestion', 'is_missing'], 's'
        ) }},
        coalesce(s.published_by, {{ known_by('d.published_on') }}, p.reported_to) as vintage_date,
        coalesce(s.published_by, {{ known_by('d.published_on') }}) is not null as is_dated,
        coalesce(s.correction_action = 'flag', false) as is_known_fault,
        coalesce(s.correction_action = 'drop', false) as is_dropped,
        -- What was printed before the year was over can only have been expected.
        coalesce(
            i.measure = 'flow' and s.period_kind = 'year'
            and coalesce(s.published_by, {{ known_by('d.published_on') }}) < s.period_end, false
        ) as is_forecast,
        'observed' as origin
    from {{ ref('stg_statistic') }} as s
    left join {{ source('raw', 'document') }} as d on s.document_id = d.document_id
    left join reported as p on s.document_id = p.document_id
    left join {{ ref('indicator') }} as i on s.indicator_code = i.indicator_code
    where s.reject_rule is null and not s.is_missing
),

known as (
    select *
    from (
        select * from figure
        union all
        select * from {{ ref('int_derived_observation') }}
    ) as v
    {% if var('as_of') -%}
        where vintage_date <= {{ known_on() }}
    {%- endif %}
)

{{ best_printing('known') }}
