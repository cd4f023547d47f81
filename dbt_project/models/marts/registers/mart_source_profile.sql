-- 松江区, where the corridor began, beside the other eight members and the other districts of Shanghai, wherever figures
-- of one period exist. Figures come as printed, by formula or as bounds, never filled; a rank is the one that the
-- intervals allow, from best to worst, 1 being the largest.
with figure as (
    select
        place_code,
        indicator_code,
        period,
        period_end,
        value,
        value_low,
        value_high,
        value_kind,
        qualifier,
        document_id,
        cell_address
    from {{ ref('fct_indicator') }}
    where value_kind <> 'imputed'
    union all
    -- Stocks that only a register of certificates prints.
    select
        c.place_code,
        k.indicator_code,
        strftime(c.counted_on, '%YM%m'),
        c.counted_on,
        c.value,
        c.value_low,
        c.value_high,
        case when c.qualifier in ('at_least', 'at_most') then 'bound' else 'observed' end,
        c.qualifier,
        c.document_id,
        c.cell_address
    from {{ ref('mart_certificate') }} as c
    inner join {{ ref('certificate_kind') }} as k on c.certificate = k.certificate and k.indicator_code <> ''
    where
        c.stock_basis = 'printed_register' and c.place_part is null
        and not exists (
            select 1 from {{ ref('fct_indicator') }} as f
            where f.place_code = c.place_code and f.indicator_code = k.indicator_code and f.period_end = c.counted_on
        )
),

stated as (
    select
        metric as indicator_code,
        regexp_replace(date_as_printed, '^(\d{4})-(\d{2})$', '\1M\2') as period,
        value::integer as stated_rank,
        evidence as stated_rank_text,
        source_url as stated_rank_url,
        document_id,
        cell_address
    from {{ ref('fct_register_entry') }}
    where register_name = 'stated_rank' and place_code = '310117'
),

own as (
    select
        coalesce(f.indicator_code, s.indicator_code) as indicator_code,
        coalesce(f.period, s.period) as period,
        f.* exclude (indicator_code, period, document_id, cell_address),
        s.stated_rank,
        s.stated_rank_text,
        s.stated_rank_url,
        coalesce(f.document_id, s.document_id) as document_id,
        coalesce(f.cell_address, s.cell_address) as cell_address
    from (from figure where place_code = '310117') as f
    full join stated as s on f.indicator_code = s.indicator_code and f.period = s.period
),

-- An open end is as far as can be.
other as (
    select
        o.indicator_code,
        o.period,
        count(*) filter (where p.is_member) as others_known,
        median(f.value) filter (where p.is_member and f.value_kind <> 'bound') as median_of_others,
        count(*) filter (where p.is_member and coalesce(f.value_low > o.value_high, false)) as surely_larger,
        count(*) filter (where p.is_member and coalesce(f.value_high > o.value_low, true)) as perhaps_larger,
        count(*) filter (where not p.is_member) as districts_known,
        count(*) filter (where not p.is_member and coalesce(f.value_low > o.value_high, false)) as districts_surely_larger,
        count(*) filter (where not p.is_member and coalesce(f.value_high > o.value_low, true)) as districts_perhaps_larger,
        sum(f.value) filter (where p.is_member) as sum_of_others,
        bool_and(f.value_low is not null and f.value_high is not null) filter (where p.is_member) as others_are_closed
    from own as o
    inner join figure as f on o.indicator_code = f.indicator_code and o.period = f.period and f.place_code <> '310117'
    inner join {{ ref('place') }} as p
        on f.place_code = p.place_code and (p.is_member or (p.place_kind = 'district' and p.parent_code = '310000'))
    where o.value is not null
    group by o.indicator_code, o.period
),

-- A share of a bound would be a bound too, and is left out.
shared as (
    select
        o.indicator_code,
        o.period,
        case
            when x.others_known = 8 and x.others_are_closed then 100 * o.value / nullif(o.value + x.sum_of_others, 0)
            when g.value_kind <> 'bound' then 100 * o.value / nullif(g.value, 0)
        end as share_of_corridor,
        case when h.value_kind <> 'bound' then 100 * o.value / nullif(h.value, 0) end as share_of_shanghai
    from own as o
    inner join {{ ref('indicator') }} as i on o.indicator_code = i.indicator_code and i.is_additive
    left join other as x on o.indicator_code = x.indicator_code and o.period = x.period
    left join figure as g on g.place_code = 'G60' and o.indicator_code = g.indicator_code and o.period = g.period
    left join figure as h on h.place_code = '310000' and o.indicator_code = h.indicator_code and o.period = h.period
    where o.value_kind <> 'bound'
)

select
    o.indicator_code,
    i.name_zh as indicator_name_zh,
    i.name_en as indicator_name_en,
    i.base_unit as unit,
    o.period,
    o.period_end,
    o.value,
    o.value_low,
    o.value_high,
    o.qualifier,
    o.value_kind,
    coalesce(x.others_known, 0)::integer as others_known,
    case when x.others_known > 0 then 1 + x.surely_larger end::integer as rank_low,
    case when x.others_known > 0 then 1 + x.perhaps_larger end::integer as rank_high,
    x.median_of_others,
    coalesce(x.districts_known, 0)::integer as districts_known,
    case when x.districts_known > 0 then 1 + x.districts_surely_larger end::integer as district_rank_low,
    case when x.districts_known > 0 then 1 + x.districts_perhaps_larger end::integer as district_rank_high,
    o.stated_rank,
    o.stated_rank_text,
    o.stated_rank_url,
    s.share_of_corridor,
    s.share_of_shanghai,
    o.document_id,
    o.cell_address
from own as o
inner join {{ ref('indicator') }} as i on o.indicator_code = i.indicator_code
left join other as x on o.indicator_code = x.indicator_code and o.period = x.period
left join shared as s on o.indicator_code = s.indicator_code and o.period = s.period
order by o.indicator_code, o.period_end, o.period
