-- STAR-market companies with the days they were traded. Companies of 松江区 are told from the rest of
-- Shanghai only where a page gives the registered address, so the district's count is a lower bound.
with company as (
    {{ register('star_market_companies', [
        'code', 'short_name', 'company_name', 'first_trading_date', 'last_trading_date_seen', 'province', 'city'
    ]) }}
),

songjiang as (
    {{ register('songjiang_star_companies', ['code', 'name']) }}
),

placed as (
    select
        c.*,
        s.document_id as songjiang_document_id,
        try_cast(c.first_trading_date as date) as listed_on,
        try_cast(c.last_trading_date_seen as date) as last_traded_on
    from company as c
    left join songjiang as s on c.code = s.code
)

select
    p.code,
    p.short_name,
    p.company_name,
    p.listed_on,
    -- The register sees every trading company to its own last weeks; one last seen long before has left.
    case when p.last_traded_on < max(p.last_traded_on) over () - interval 180 day then p.last_traded_on end as delisted_on,
    p.province,
    p.city,
    coalesce(case when p.songjiang_document_id is not null then '310117' end, c.place_code) as place_code,
    coalesce(p.songjiang_document_id, p.document_id) as document_id,
    p.cell_address,
    max(p.last_traded_on) over () as register_seen_on
from placed as p
left join {{ ref('place') }} as c on p.city = c.name_zh
