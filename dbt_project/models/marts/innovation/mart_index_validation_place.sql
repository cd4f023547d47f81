-- Our rank of each place beside its rank in each published ranking of seeds/ranking.csv. A ranking is a list of ranks
-- that a publisher printed, or a published figure by which places can be ordered; a bound orders nothing.
with theirs as (
    select ranking_code, place_code, period, period_end, rank::double as value, '位' as unit, document_id, cell_address
    from {{ ref('stg_printed_rank') }}
    where place_code is not null and reject_rule is null and period_end <= {{ known_on() }}
    -- A list that ranks a place twice is taken at its first word.
    qualify row_number() over (partition by ranking_code, place_code, period order by rank, cell_address) = 1
    union all
    select
        r.ranking_code, f.place_code, f.period, f.period_end,
        f.value, f.unit, f.document_id, f.cell_address
    from {{ ref('ranking') }} as r
    inner join {{ ref('fct_indicator') }} as f on r.indicator_code = f.indicator_code
    inner join {{ ref('place') }} as p on f.place_code = p.place_code and p.is_member
    where r.register is null and f.value_kind <> 'bound'
),

ours as (
    select framework, place_code, year, score, score_low, score_high, rank, rank_low, rank_high
    from {{ ref('mart_collaborative_innovation_index') }}
    where rank is not null
),

ranked_year as (
    select distinct framework, year from ours
),

-- The year of our index that lies nearest to the period, the earlier of two.
at_period as (
    select y.framework, t.ranking_code, t.period, y.year, abs(y.year - year(t.period_end)) as years_apart
    from (select distinct ranking_code, period, period_end from theirs) as t
    cross join ranked_year as y
    qualify row_number() over (
        partition by y.framework, t.ranking_code, t.period
        order by abs(y.year - year(t.period_end)), y.year
    ) = 1
),

-- Of the periods of a ranking, the one that shares most places with our index, then the nearest, then the latest.
compared as (
    select a.framework, a.ranking_code, a.period, a.year
    from at_period as a
    inner join theirs as t on a.ranking_code = t.ranking_code and a.period = t.period
    inner join ours as o on a.framework = o.framework and a.year = o.year and t.place_code = o.place_code
    group by a.framework, a.ranking_code, a.period, a.year
    qualify row_number() over (
        partition by a.framework, a.ranking_code
        order by count(*) desc, any_value(a.years_apart), any_value(t.period_end) desc, a.period
    ) = 1
),

pair as (
    select
        c.framework, c.ranking_code, c.period, t.place_code, t.value as their_value, t.unit, t.document_id, t.cell_address,
        o.* exclude (framework, place_code),
        r.kind,
        case when r.kind = 'rank_list' then -t.value else t.value end as their_size
    from compared as c
    inner join {{ ref('ranking') }} as r on c.ranking_code = r.ranking_code
    inner join theirs as t on c.ranking_code = t.ranking_code and c.period = t.period
    inner join ours as o on c.framework = o.framework and c.year = o.year and t.place_code = o.place_code
),

among as (
    select
        framework,
        ranking_code,
        place_code,
        {{ doubled_rank('score', ['framework', 'ranking_code']) }} / 2 as our_rank_among,
        {{ doubled_rank('their_size', ['framework', 'ranking_code']) }} / 2 as their_rank_among
    from pair
),

-- How good and how bad our rank among these places can be, given the interval of each score.
reach as (
    select
        a.framework,
        a.ranking_code,
        a.place_code,
        1 + count(*) filter (where b.score_low > a.score_high) as our_rank_among_low,
        1 + count(*) filter (where b.score_high > a.score_low and b.place_code <> a.place_code) as our_rank_among_high
    from pair as a
    inner join pair as b on a.framework = b.framework and a.ranking_code = b.ranking_code
    group by all
)

select
    p.framework,
    p.ranking_code,
    p.place_code,
    n.name_zh as place_name_zh,
    n.name_en as place_name_en,
    p.period,
    p.year,
    p.score,
    p.rank,
    p.rank_low,
    p.rank_high,
    p.their_value,
    p.unit,
    p.their_size,
    m.our_rank_among,
    r.our_rank_among_low::integer as our_rank_among_low,
    r.our_rank_among_high::integer as our_rank_among_high,
    m.their_rank_among,
    m.their_rank_among between r.our_rank_among_low and r.our_rank_among_high as is_within_range,
    p.document_id,
    p.cell_address
from pair as p
inner join among as m using (framework, ranking_code, place_code)
inner join reach as r using (framework, ranking_code, place_code)
inner join {{ ref('place') }} as n on p.place_code = n.place_code
order by p.framework, p.ranking_code, m.our_rank_among, p.place_code
