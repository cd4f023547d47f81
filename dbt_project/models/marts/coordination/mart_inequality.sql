-- Dispersion of the nine in each year: over all nine with gaps filled and over the known alone, each member as
-- large as its denominator or all alike.
with series as (
    select place_code, indicator_code, year, value, value_kind in ('observed', 'derived') as is_known
    from {{ ref('int_member_series') }}
),

member as (
    select
        d.indicator_code,
        v.year,
        k.weighting,
        d.weight_code,
        v.place_code,
        p.parent_code,
        v.value,
        case when k.weighting = 'equal' then 1 else w.value end as size,
        v.is_known and (k.weighting = 'equal' or w.is_known) as is_known
    from {{ ref('disparity_indicator') }} as d
    cross join (select unnest(['denominator', 'equal']) as weighting) as k
    inner join series as v on d.indicator_code = v.indicator_code
    inner join series as w on d.weight_code = w.indicator_code and v.place_code = w.place_code and v.year = w.year
    inner join {{ ref('place') }} as p on v.place_code = p.place_code and p.is_member
    -- All nine, and a printed or derived figure for most of them: what is mostly filled says nothing of dispersion.
    qualify
        count(*) over (partition by d.indicator_code, v.year, k.weighting)
        = (select count(*) from {{ ref('place') }} as m where m.is_member)
        and count(*) filter (where v.is_known and (k.weighting = 'equal' or w.is_known))
            over (partition by d.indicator_code, v.year, k.weighting)
        >= d.least_known
),

scoped as (
    select m.*, s.scope, m.size / sum(m.size) over dispersion as share
    from member as m
    inner join (select unnest(['nine', 'known']) as scope) as s on s.scope = 'nine' or m.is_known
    window dispersion as (partition by m.indicator_code, m.year, m.weighting, s.scope)
),

placed as (
    select
        *,
        sum(share * value) over dispersion as mean,
        sum(share * value) over province / sum(share) over province as province_mean
    from scoped
    window
        dispersion as (partition by indicator_code, year, weighting, scope),
        province as (partition by indicator_code, year, weighting, scope, parent_code)
    -- Where all are zero there is no dispersion to speak of.
    qualify mean > 0
),

-- 0 ln 0 is 0: nullif takes such a member out of the sum.
single as (
    select
        indicator_code,
        year,
        weighting,
        scope,
        weight_code,
        any_value(mean) as mean,
        count(*) as members,
        count(*) filter (where is_known) as members_known,
        sum(share) filter (where is_known) as availability,
        sqrt(sum(share * (value - mean) ** 2)) / any_value(mean) as cv,
        case
            when min(value) > 0
                then sqrt(greatest(
                    sum(share * ln(nullif(value, 0)) ** 2) - sum(share * ln(nullif(value, 0))) ** 2, 0
                ))
        end as sd_log,
        sum(share * value / mean * ln(nullif(value, 0) / mean)) as theil,
        sum(share * value / mean * ln(nullif(value, 0) / province_mean)) as theil_within,
        sum(share * value / mean * ln(nullif(province_mean, 0) / mean)) as theil_between
    from placed
    group by all
),

-- Each pair of members in either order. Between two provinces a pair adds to the net difference where the richer
-- province has the higher member, takes from it where it has the lower one, and there the two overlap.
pair as (
    select
        a.indicator_code,
        a.year,
        a.weighting,
        a.scope,
        a.share * b.share * (a.value - b.value) / a.mean as difference,
        a.parent_code = b.parent_code as is_within,
        a.parent_code <> b.parent_code
        and (a.province_mean, a.parent_code) > (b.province_mean, b.parent_code) as is_from_richer
    from placed as a
    inner join placed as b
        on a.indicator_code = b.indicator_code and a.year = b.year and a.weighting = b.weighting and a.scope = b.scope
),

gini as (
    select
        indicator_code,
        year,
        weighting,
        scope,
        sum(abs(difference)) / 2 as gini,
        sum(abs(difference)) filter (where is_within) / 2 as gini_within,
        coalesce(sum(difference) filter (where is_from_richer), 0) as gini_net_between,
        coalesce(sum(2 * greatest(-difference, 0)) filter (where is_from_richer), 0) as gini_transvariation
    from pair
    group by all
)

select
    s.indicator_code,
    i.name_zh as indicator_name_zh,
    i.name_en as indicator_name_en,
    s.year::integer as year,
    s.scope,
    s.weighting,
    s.weight_code,
    round(s.mean, 12) as mean,
    i.base_unit as unit,
    round(s.cv, 12) as cv,
    round(s.sd_log, 12) as sd_log,
    round(s.theil, 12) as theil,
    round(s.theil_within, 12) as theil_within,
    round(s.theil_between, 12) as theil_between,
    round(g.gini, 12) as gini,
    round(g.gini_within, 12) as gini_within,
    round(g.gini_net_between, 12) as gini_net_between,
    round(g.gini_transvariation, 12) as gini_transvariation,
    s.members::integer as members,
    s.members_known::integer as members_known,
    round(s.availability, 12) as availability,
    case when s.members = s.members_known then 'derived' else 'imputed' end as value_kind
from single as s
inner join gini as g
    on s.indicator_code = g.indicator_code and s.year = g.year and s.weighting = g.weighting and s.scope = g.scope
inner join {{ ref('indicator') }} as i on s.indicator_code = i.indicator_code
order by s.indicator_code, s.year, s.scope, s.weighting
