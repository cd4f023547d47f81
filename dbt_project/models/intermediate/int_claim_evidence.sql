-- What the data at hand say about each claim: a value or an interval, and whether every input is known.
-- One block for each kind of evidence that seeds/claim_rule.csv may name.
with rule as (
    select * from {{ ref('claim_rule') }}
),

corridor as (
    select * from {{ ref('mart_corridor') }}
),

-- Where a member is missing altogether, the sum of the others is a lower bound of the share.
share as (
    select
        r.claim_id,
        c.share_of_nation as value,
        coalesce(c.share_low, 100 * c.total_at_least / nullif(c.nation_value, 0)) as low,
        c.share_high as high,
        c.value_kind <> 'imputed' and c.share_of_nation is not null as is_known
    from rule as r
    inner join corridor as c on r.indicator_code = c.indicator_code and r.year = c.year
    where r.evidence = 'corridor_share'
),

mean_of_ratios as (
    select
        r.claim_id, c.mean_of_ratios as value, c.mean_of_ratios_low as low, c.mean_of_ratios_high as high,
        c.value_kind <> 'imputed' as is_known
    from rule as r
    inner join corridor as c on r.indicator_code = c.indicator_code and r.year = c.year
    where r.evidence = 'corridor_mean'
),

growth as (
    select
        r.claim_id, r.evidence, r.year - r.base_year as years,
        b.total / a.total as growth,
        b.total_low / a.total_high as growth_low,
        b.total_high / a.total_low as growth_high,
        y.value / x.value as nation_growth,
        'imputed' not in (a.value_kind, b.value_kind) as is_known
    from rule as r
    inner join corridor as a on r.indicator_code = a.indicator_code and r.base_year = a.year
    inner join corridor as b on r.indicator_code = b.indicator_code and r.year = b.year
    left join {{ ref('int_indicator') }} as x
        on x.place_code = '100000' and r.indicator_code = x.indicator_code and r.base_year = x.year
    left join {{ ref('int_indicator') }} as y
        on y.place_code = '100000' and r.indicator_code = y.indicator_code and r.year = y.year
    where r.evidence in ('corridor_growth', 'growth_gap')
),

total_growth as (
    select claim_id, 100 * (growth - 1) as value, 100 * (growth_low - 1) as low, 100 * (growth_high - 1) as high, is_known
    from growth
    where evidence = 'corridor_growth'
),

gap as (
    select
        claim_id,
        100 * (pow(growth, 1.0 / years) - pow(nation_growth, 1.0 / years)) as value,
        100 * (pow(growth_low, 1.0 / years) - pow(nation_growth, 1.0 / years)) as low,
        100 * (pow(growth_high, 1.0 / years) - pow(nation_growth, 1.0 / years)) as high,
        is_known
    from growth
    where evidence = 'growth_gap'
),

-- The yearly pace that the claimed total growth implies: the claim checked against its neighbour S11.
cagr as (
    select
        r.claim_id,
        100 * (pow(1 + (g.claimed_low + g.claimed_high) / 200, 1.0 / (r.year - r.base_year)) - 1) as value,
        100 * (pow(1 + g.claimed_low / 100, 1.0 / (r.year - r.base_year)) - 1) as low,
        100 * (pow(1 + g.claimed_high / 100, 1.0 / (r.year - r.base_year)) - 1) as high,
        true as is_known
    from rule as r
    inner join rule as g on g.claim_id = 'S11'
    where r.evidence = 'claimed_cagr'
),

-- A value that others printed too agrees with a claim; it does not recompute it.
printed as (
    select r.claim_id, v.value, v.value_low as low, v.value_high as high, false as is_known
    from rule as r
    inner join {{ ref('int_indicator') }} as v
        on r.place_code = v.place_code and r.indicator_code = v.indicator_code and r.year = v.year
    where r.evidence = 'printed_value'
),

member_count as (
    select r.claim_id, count(*) as value, count(*) as low, count(*) as high, false as is_known
    from rule as r
    inner join {{ ref('place') }} as p on p.is_member
    where r.evidence = 'member_count'
    group by r.claim_id
),

-- Registers that are not complete count from below.
counted as (
    select
        r.claim_id,
        count(distinct c.text) as value,
        count(distinct c.text) as low,
        case when r.evidence = 'register_distinct' then count(distinct c.text) end as high,
        false as is_known
    from rule as r
    inner join {{ source('raw', 'register_cell') }} as c
        on r.register = c.register_name and r.column_name = c.column_name and regexp_matches(c.text, r.pattern)
    where r.evidence in ('register_distinct', 'register_at_least')
    group by r.claim_id, r.evidence
)

select claim_id, value, low, high, is_known from share where low is not null
union all
select claim_id, value, low, high, is_known from mean_of_ratios where value is not null
union all
select claim_id, value, low, high, is_known from total_growth where value is not null
union all
select claim_id, value, low, high, is_known from gap where value is not null
union all
select claim_id, value, low, high, is_known from cagr
union all
select claim_id, value, low, high, is_known from printed
union all
select claim_id, value, low, high, is_known from member_count
union all
select claim_id, value, low, high, is_known from counted
