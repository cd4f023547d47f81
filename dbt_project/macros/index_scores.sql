{#-  -#}
{% macro index_scores(contributions) %}
with score as (
    select
        framework,
        place_code,
        year,
        sum(contribution) as score,
        sum(contribution_low) as score_low,
        sum(contribution_high) as score_high,
        -- Weight of the whole framework that rests on printed figures or formulas over them.
        sum(nominal_weight * known_share) as availability
    from {{ contributions }}
    group by all
),

member_score as (
    select s.*, s.availability >= f.ranked_from as is_ranked
    from score as s
    inner join {{ ref('framework') }} as f on s.framework = f.framework
    inner join {{ ref('place') }} as p on s.place_code = p.place_code and p.is_member
),

-- A score that rests on next to nothing has no rank and takes none from others. A rank can be as good as one
-- behind those certainly ahead, and as bad as behind all of the nine who may be ahead.
ranked as (
    select
        a.framework,
        a.place_code,
        a.year,
        1 + count(*) filter (where b.score > a.score and b.is_ranked) as rank,
        1 + count(*) filter (where b.score_low > a.score_high) as rank_low,
        1 + count(*) filter (where b.score_high > a.score_low and b.place_code <> a.place_code) as rank_high
    from member_score as a
    inner join member_score as b on a.framework = b.framework and a.year = b.year
    where a.is_ranked
    group by all
)

select
    s.framework,
    s.place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    s.year,
    s.score,
    s.score_low,
    s.score_high,
    100 * s.score / b.score as own_trend,
    r.rank::integer as rank,
    r.rank_low::integer as rank_low,
    r.rank_high::integer as rank_high,
    s.availability,
    s.availability < f.indicative_below as is_indicative
from score as s
inner join {{ ref('place') }} as p on s.place_code = p.place_code
inner join {{ ref('framework') }} as f on s.framework = f.framework
left join score as b on s.framework = b.framework and s.place_code = b.place_code and f.base_year = b.year
left join ranked as r on s.framework = r.framework and s.place_code = r.place_code and s.year = r.year
order by s.framework, s.year, r.rank nulls first
{% endmacro %}
