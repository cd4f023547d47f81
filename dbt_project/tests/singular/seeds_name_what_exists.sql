with reference as (
    select 'place_alias' as seed, place_code as code, 'place' as target from {{ ref('place_alias') }}
    union all
    select 'place', parent_code, 'place' from {{ ref('place') }} where parent_code is not null
    union all
    select 'indicator', base_unit, 'unit' from {{ ref('indicator') }}
    union all
    select 'indicator_alias', indicator_code, 'indicator' from {{ ref('indicator_alias') }}
    union all
    select 'derivation', unnest([indicator_code, first_code, second_code]), 'indicator' from {{ ref('derivation') }}
    union all
    select 'reclassification', unnest([indicator_code, to_indicator_code]), 'indicator' from {{ ref('reclassification') }}
    union all
    select 'reclassification', place_code, 'place' from {{ ref('reclassification') }} where place_code <> '*'
    union all
    select 'correction', indicator_code, 'indicator' from {{ ref('correction') }}
    union all
    select 'correction', place_code, 'place' from {{ ref('correction') }}
    union all
    select 'identity', unnest([whole_code, part_code]), 'indicator' from {{ ref('identity') }}
    union all
    select 'place', successor_code, 'place' from {{ ref('place') }} where successor_code is not null
    union all
    select 'series_break', place_code, 'place' from {{ ref('series_break') }}
    union all
    select 'framework_node', corridor_weight, 'indicator' from {{ ref('framework_node') }} where corridor_weight is not null
    union all
    select 'claim_rule', indicator_code, 'indicator' from {{ ref('claim_rule') }} where indicator_code is not null
    union all
    select 'ranking', indicator_code, 'indicator' from {{ ref('ranking') }}
    union all
    select 'publication_calendar', unnest(string_split(indicator_codes, ' ')), 'indicator' from {{ ref('publication_calendar') }}
    union all
    select 'publication_calendar', unnest(string_split(places, ' ')), 'group of places' from {{ ref('publication_calendar') }}
    union all
    select 'publication_calendar', unnest(string_split(statuses, ' ')), 'status'
    from {{ ref('publication_calendar') }} where statuses <> '*'
    union all
    select 'subsystem_indicator', framework || '.' || indicator_code, 'indicator of a framework'
    from {{ ref('subsystem_indicator') }}
    union all
    select 'disparity_indicator', unnest([indicator_code, weight_code]), 'indicator' from {{ ref('disparity_indicator') }}
),

known as (
    select place_code as code, 'place' as target from {{ ref('place') }}
    union all
    select indicator_code, 'indicator' from {{ ref('indicator') }}
    union all
    select unit, 'unit' from {{ ref('unit') }}
    union all
    select status, 'status' from {{ ref('status') }}
    union all
    select unnest([place_code, place_kind, 'members']), 'group of places' from {{ ref('place') }}
    union all
    select framework || '.' || indicator_code, 'indicator of a framework'
    from {{ ref('framework_node') }} where indicator_code is not null
)

select r.*
from reference as r
anti join known as k on r.code = k.code and r.target = k.target
