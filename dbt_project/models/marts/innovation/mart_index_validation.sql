-- Agreement of each index of ours with each published ranking (macro rank_agreement), and what to make of it by the
-- thresholds of seeds/agreement_level.csv.
with recursive pair as (
    select framework, ranking_code, score as x, their_size as y from {{ ref('mart_index_validation_place') }}
),

agreement as (
    {{ rank_agreement('pair', ['framework', 'ranking_code']) }}
),

-- What enters an index: its indicators, and the figures that a formula makes them of.
input as (
    select framework, indicator_code as input_code, indicator_code
    from {{ ref('framework_node') }}
    where indicator_code is not null
    union
    select i.framework, i.input_code, unnest([d.first_code, d.second_code])
    from input as i
    inner join {{ ref('derivation') }} as d on i.indicator_code = d.indicator_code
),

entering as (
    select framework, indicator_code, string_agg(distinct input_code, ' ' order by input_code) as input_codes
    from input
    group by framework, indicator_code
),

source as (
    select
        p.framework,
        p.ranking_code,
        any_value(p.period) as period,
        any_value(p.year) as year,
        count(*) filter (where p.is_within_range)::integer as places_within_range,
        count(distinct p.document_id)::integer as documents,
        mode(p.document_id order by p.document_id) as document_id,
        string_agg(
            distinct coalesce(d.publisher, regexp_extract(d.url, '^https?://([^/]+)', 1)), ' ; '
            order by coalesce(d.publisher, regexp_extract(d.url, '^https?://([^/]+)', 1))
        ) as publisher,
        string_agg(distinct d.url, ' ; ' order by d.url) as source_url
    from {{ ref('mart_index_validation_place') }} as p
    left join {{ source('raw', 'document') }} as d on p.document_id = d.document_id
    group by p.framework, p.ranking_code
),

joined as (
    select
        f.framework,
        r.*,
        e.input_codes,
        coalesce(a.places, 0) as places,
        a.spearman_rho,
        a.kendall_tau_b,
        a.p_value,
        s.* exclude (framework, ranking_code)
    from {{ ref('framework') }} as f
    cross join {{ ref('ranking') }} as r
    left join entering as e on f.framework = e.framework and r.indicator_code = e.indicator_code
    left join agreement as a on f.framework = a.framework and r.ranking_code = a.ranking_code
    left join source as s on f.framework = s.framework and r.ranking_code = s.ranking_code
)

select
    j.framework,
    j.ranking_code,
    j.name_zh,
    j.name_en,
    j.kind,
    j.indicator_code,
    j.input_codes is not null as is_input,
    j.input_codes,
    j.period,
    j.year,
    j.places,
    j.spearman_rho,
    j.kendall_tau_b,
    j.p_value,
    j.places_within_range,
    l.verdict,
    l.name_zh as verdict_zh,
    l.name_en as verdict_en,
    j.publisher,
    j.documents,
    j.document_id,
    j.source_url,
    j.note_zh,
    j.note_en
from joined as j
inner join {{ ref('agreement_level') }} as l
    on
        j.places >= l.min_places
        and (l.min_rho is null or j.spearman_rho >= l.min_rho)
        and (l.max_p is null or j.p_value <= l.max_p)
qualify row_number() over (partition by j.framework, j.ranking_code order by l.level) = 1
order by j.framework, j.kind = 'published_figure', j.input_codes is not null, j.ranking_code
