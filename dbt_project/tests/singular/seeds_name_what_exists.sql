with reference as (
    select 'place_alias' as seed, place_code as code, 'place' as target from {{ ref('place_alias') }}
    union all
    select 'place', parent_code, 'place' from {{ ref('place') }} where parent_code is not null
    union all
    select 'indicator', base_unit, 'unit' from {{ ref('indicator') }}
    union all
    select 'indicator_alias', indicator_code, 'indicator' from {{ ref('indicator_alias') }}
    union all
    select 'indicator_word', indicator_code, 'indicator' from {{ ref('indicator_word') }}
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
    select 'census', indicator_code, 'indicator' from {{ ref('census') }}
    union all
    select 'framework_node', corridor_weight, 'indicator' from {{ ref('framework_node') }} where corridor_weight is not null
    union all
    select 'claim_headline', unnest([indicator_code, of_indicator_code]), 'indicator' from {{ ref('claim_headline') }}
    union all
    select 'place_member', unnest([area_code, place_code]), 'place' from {{ ref('place_member') }}
    union all
    select 'register_column', register_name, 'register' from {{ ref('register_column') }}
    union all
    select 'register_column', role, 'role of a column' from {{ ref('register_column') }}
    union all
    select 'register_class', register_name, 'register' from {{ ref('register_class') }}
    union all
    select 'register_class', register_name || '.' || parent_code, 'class of a register'
    from {{ ref('register_class') }} where parent_code is not null
    union all
    select 'certificate_kind', indicator_code, 'indicator' from {{ ref('certificate_kind') }} where indicator_code <> ''
    union all
    select 'certificate_kind', 'certificates_by_city.' || certificate, 'class of a register' from {{ ref('certificate_kind') }}
    union all
    select 'target_metric', indicator_code, 'indicator' from {{ ref('target_metric') }} where indicator_code <> ''
    union all
    select 'target_metric', register_name, 'register' from {{ ref('target_metric') }} where register_name <> ''
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
    union all
    select 'link_measure', unit, 'unit' from {{ ref('link_measure') }}
    union all
    select 'link_indicator', indicator_code, 'indicator' from {{ ref('link_indicator') }}
    union all
    select 'link_indicator', measure, 'measure of links' from {{ ref('link_indicator') }}
    union all
    select 'framework', framework, 'framework with a method' from {{ ref('framework') }}
    union all
    select 'framework', base_place_code, 'place' from {{ ref('framework') }}
    union all
    select 'framework_method', framework, 'framework' from {{ ref('framework_method') }}
    union all
    select 'framework_method', impute, 'imputation' from {{ ref('framework_method') }}
    union all
    select 'framework_method', coalesce(fallback, 'none'), 'fallback of treatment' from {{ ref('framework_method') }}
    union all
    select 'framework_method', normalise, 'normalisation' from {{ ref('framework_method') }}
    union all
    select 'framework_method', weight, 'weighting' from {{ ref('framework_method') }}
    union all
    select 'framework_method', aggregate, 'aggregation' from {{ ref('framework_method') }}
    union all
    select 'framework_method', rebase_unit, 'place' from {{ ref('framework_method') }} where rebase_unit is not null
    union all
    select 'framework_level', framework || '.' || level, 'level of a framework' from {{ ref('framework_level') }}
    union all
    select 'framework_level', aggregate, 'aggregation' from {{ ref('framework_level') }} where aggregate is not null
    union all
    select 'framework_design', framework, 'framework' from {{ ref('framework_design') }}
    union all
    select 'framework_design', kind, 'kind of design' from {{ ref('framework_design') }}
    union all
    select 'framework_option', framework, 'framework with a design' from {{ ref('framework_option') }}
    union all
    select 'framework_option', factor, 'uncertain factor' from {{ ref('framework_option') }}
    union all
    select
        'framework_option', text,
        case factor
            when 'normalise' then 'normalisation'
            when 'aggregate' then 'aggregation'
            else 'option of ' || factor
        end
    from {{ ref('framework_option') }} where text is not null
    union all
    select 'framework_weight_set', framework || '.' || node_code, 'node of a framework' from {{ ref('framework_weight_set') }}
    union all
    select 'framework_run', framework, 'framework with a design' from {{ ref('framework_run') }}
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
    select measure, 'measure of links' from {{ ref('link_measure') }}
    union all
    select register_name, 'register' from {{ ref('register') }}
    union all
    select register_name || '.' || class_code, 'class of a register' from {{ ref('register_class') }}
    union all
    select
        unnest([
            'entry', 'place', 'to_place', 'class', 'subclass', 'field', 'metric', 'value', 'unit', 'batch', 'date', 'valid_from',
            'valid_to', 'target_year', 'version', 'status', 'evidence'
        ]), 'role of a column'
    union all
    select unnest([place_code, place_kind, 'members']), 'group of places' from {{ ref('place') }}
    union all
    select framework || '.' || indicator_code, 'indicator of a framework'
    from {{ ref('framework_node') }} where indicator_code is not null
    union all
    select framework, 'framework' from {{ ref('framework') }}
    union all
    select framework, 'framework with a method' from {{ ref('framework_method') }}
    union all
    select framework, 'framework with a design' from {{ ref('framework_design') }}
    union all
    select framework || '.' || level, 'level of a framework' from {{ ref('framework_node') }} where kind = 'aggregate'
    union all
    select framework || '.' || node_code, 'node of a framework' from {{ ref('framework_node') }}
    union all
    select
        unnest(['none', 'mean', 'median', 'group_mean', 'group_median', 'linear', 'latest', 'regression']), 'imputation'
    union all
    select unnest(['none', 'log', 'boxcox']), 'fallback of treatment'
    union all
    select
        unnest([
            'min_max', 'z_score', 'scaled', 'rank', 'percentile_rank', 'borda', 'distance_to_maximum',
            'distance_to_reference', 'distance_to_target', 'fraction_of_maximum', 'goalposts', 'base_year'
        ]), 'normalisation'
    union all
    select unnest(['given', 'equal', 'pca', 'entropy', 'critic', 'optimised']), 'weighting'
    union all
    select unnest(['arithmetic', 'geometric', 'harmonic', 'power', 'copeland']), 'aggregation'
    union all
    select unnest(['none', 'file', 'enumerate', 'sobol']), 'kind of design'
    union all
    select unnest(['winmax', 'normalise', 'weights', 'aggregate', 'data']), 'uncertain factor'
    union all
    select unnest(['set', 'noise']), 'option of weights'
    union all
    select unnest(['interval', 'nominal']), 'option of data'
)

select r.*
from reference as r
anti join known as k on r.code = k.code and r.target = k.target
