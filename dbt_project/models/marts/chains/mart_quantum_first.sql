-- The three firsts that the corridor claims in quantum communication, as statements that the registers can decide. Each
-- candidate lacks something or nothing; a statement holds where one of the corridor, known by the day it was made, lacks
-- nothing and none elsewhere that lacks nothing may be earlier. All of it is as far as the registers reach.
with network as (
    select
        cell_address,
        element,
        city_codes,
        is_cross_province,
        touches_corridor,
        starts_from,
        starts_by,
        from_vendor,
        to_vendor,
        coalesce(regexp_matches(lower(joins), 'metro|城域网'), false) as joins_metros
    from {{ ref('mart_quantum_network') }}
    where status_code = 'operating' and element in ('link', 'metro')
),

-- A metro network of a city is there since the earliest day on record.
metro as (
    select city_code, min(starts_by) as starts_by, bool_or(starts_from is not null and starts_by is not null) as has_start
    from (select unnest(city_codes) as city_code, starts_from, starts_by from network where element = 'metro') as n
    group by city_code
),

joined as (
    select
        n.cell_address, count(*) as cities, count(m.city_code) as metros, max(m.starts_by) as metros_by,
        coalesce(bool_and(m.has_start), false) as metros_have_starts
    from (select cell_address, unnest(city_codes) as city_code from network) as n
    left join metro as m on n.city_code = m.city_code
    group by n.cell_address
),

candidate as (
    select
        'metro_interconnection' as first_code, n.cell_address, n.touches_corridor as is_of_corridor,
        n.starts_from, greatest(n.starts_by, j.metros_by) as starts_by,
        list_filter([
            case when n.starts_from is null or n.starts_by is null then 'start' end,
            case when j.cities < 2 or j.metros < j.cities then 'metro_network' end,
            case when j.cities >= 2 and j.metros = j.cities and not j.metros_have_starts then 'metro_start' end,
            case when not n.joins_metros then 'said_to_join' end
        ], lambda x: x is not null) as lacks
    from network as n
    inner join joined as j on n.cell_address = j.cell_address
    where n.element = 'link' and n.is_cross_province
    union all
    select
        'heterogeneous_network', cell_address, touches_corridor, starts_from, starts_by,
        list_filter([
            case when starts_from is null or starts_by is null then 'start' end,
            case when from_vendor is null or to_vendor is null then 'vendor_at_ends' end
        ], lambda x: x is not null)
    from network
    where from_vendor is null or to_vendor is null or from_vendor <> to_vendor
    union all
    select
        'industry_with_quantum', cell_address, coalesce(is_member or place_code = 'G60', false), known_from, known_by,
        list_filter([
            case when place_code is null then 'place' end,
            case when is_industry is null then 'sector' end,
            case when scenario_user is null then 'user' end,
            case when known_from is null or known_by is null then 'start' end
        ], lambda x: x is not null)
    from {{ ref('mart_quantum_scenario') }}
    where coalesce(is_industry, true)
),

told as (
    select
        f.first_code, c.cell_address, c.is_of_corridor, c.starts_from, c.starts_by, c.lacks, len(c.lacks) = 0 as lacks_nothing,
        coalesce(c.starts_by <= f.stated_on, true) as was_there
    from {{ ref('quantum_first') }} as f
    inner join candidate as c on f.first_code = c.first_code
    where coalesce(c.starts_from <= f.stated_on, true)
),

summed as (
    select
        first_code,
        count(*) filter (where is_of_corridor) as candidates,
        count(*) filter (where is_of_corridor and lacks_nothing and was_there) as qualifying,
        min(starts_by) filter (where is_of_corridor and lacks_nothing and was_there) as starts_by,
        min(starts_from) filter (where is_of_corridor and lacks_nothing and was_there) as starts_from,
        min(starts_by) filter (where not is_of_corridor and lacks_nothing) as elsewhere_by,
        min(starts_from) filter (where not is_of_corridor and lacks_nothing) as elsewhere_from,
        list_sort(list(cell_address) filter (where is_of_corridor)) as cell_addresses
    from told
    group by first_code
),

lacking as (
    select first_code, lack, count(*) as rows_lacking
    from (select first_code, unnest(lacks) as lack from told where is_of_corridor) as t
    group by first_code, lack
),

wording as (
    select wording.* from (
        values
        (1, 'place', '地区', 'place'),
        (2, 'start', '起始日期', 'start date'),
        (3, 'metro_network', '两端均为已运行的城域网', 'an operating metro network at either end'),
        (4, 'metro_start', '所联城域网的起始日期', 'start dates of the metro networks joined'),
        (5, 'said_to_join', '载明所联为城域网的资料', 'a source saying that metro networks are joined'),
        (6, 'vendor_at_ends', '两端的设备厂商', 'the vendor at each end'),
        (7, 'sector', '场景的行业', 'sector of the scenario'),
        (8, 'user', '场景的用户', 'user of the scenario')
    ) as wording (sort_no, lack, zh, en)
),

lacking_said as (
    select
        l.first_code,
        string_agg(w.zh || '(' || l.rows_lacking || '条)', ';' order by w.sort_no) as missing_zh,
        string_agg(w.en || ' (' || l.rows_lacking || ')', '; ' order by w.sort_no) as missing_en
    from lacking as l
    inner join wording as w on l.lack = w.lack
    group by l.first_code
),

verdict as (
    select
        *,
        case
            when qualifying = 0 then 'not_decidable'
            when elsewhere_by < starts_from then 'contradicted'
            when elsewhere_from <= starts_by then 'not_decidable'
            else 'holds'
        end as verdict
    from summed
)

select
    f.first_code,
    f.statement_zh,
    f.statement_en,
    f.test_zh,
    f.test_en,
    f.claim_id,
    f.stated_on,
    coalesce(v.verdict, 'not_decidable') as verdict,
    coalesce(v.candidates, 0)::integer as candidates,
    coalesce(v.qualifying, 0)::integer as qualifying,
    v.starts_from,
    v.starts_by,
    v.elsewhere_by,
    case
        when coalesce(v.candidates, 0) = 0 then '登记表中没有可供检验的记录'
        when v.qualifying = 0 then l.missing_zh
        when v.verdict = 'not_decidable' then '与他处孰先的确切日期'
    end as missing_zh,
    case
        when coalesce(v.candidates, 0) = 0 then 'any record in the registers that could show it'
        when v.qualifying = 0 then l.missing_en
        when v.verdict = 'not_decidable' then 'the exact dates of ours and of the one elsewhere'
    end as missing,
    v.cell_addresses
from {{ ref('quantum_first') }} as f
left join verdict as v on f.first_code = v.first_code
left join lacking_said as l on f.first_code = l.first_code
order by f.sort_no
