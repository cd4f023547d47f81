-- How many enterprises of a place hold a certificate on a day: stocks as printed, by registers and by bulletins, and
-- stocks counted from single certificates at each year's end. The three are kept apart. A single certificate counts
-- where its term is known to cover the day; where its end is not known, it is told beside the count.
with printed as (
    select
        'printed_register' as stock_basis,
        k.certificate,
        k.measure,
        e.place_code,
        e.place_detail as place_part,
        coalesce({{ last_day_said('e.date_as_printed') }}, e.valid_from) as counted_on,
        e.date_as_printed as period_as_printed,
        e.class_as_printed as certificate_as_printed,
        e.value,
        e.value_low,
        e.value_high,
        e.qualifier,
        null::bigint as ends_unknown,
        e.evidence as remark,
        e.source_url,
        e.document_id,
        e.cell_address
    from {{ ref('fct_register_entry') }} as e
    inner join {{ ref('certificate_kind') }} as k on e.class_code = k.certificate
    where e.register_name = 'certificates_by_city'
    union all
    select
        'printed_figure', k.certificate, k.measure, f.place_code, null, f.period_end, f.period, null, f.value, f.value_low,
        f.value_high, f.qualifier, null, null, d.url, f.document_id, f.cell_address
    from {{ ref('fct_indicator') }} as f
    inner join {{ ref('certificate_kind') }} as k on f.indicator_code = k.indicator_code
    left join {{ ref('dim_document') }} as d on f.document_id = d.document_id
    where f.value_kind in ('observed', 'bound')
),

-- Nothing is known of a register's certificates after the day it was taken in.
single as (
    select
        e.*,
        least(try_cast(d.accessed_on as date), {{ known_on() }}) as seen_to,
        coalesce(e.valid_to, {{ last_day_said('e.date_as_printed') }}) as known_to
    from {{ ref('fct_register_entry') }} as e
    inner join {{ ref('dim_document') }} as d on e.document_id = d.document_id
    where e.register_name = 'certificate' and e.valid_from is not null
),

year_end as (
    select make_date(unnest(generate_series(year(min(valid_from)), year(max(seen_to)) - 1))::integer, 12, 31) as counted_on
    from single
),

counted as (
    select
        s.class_code as certificate,
        s.place_code,
        y.counted_on,
        count(distinct s.entry) filter (where s.known_to >= y.counted_on) as value,
        count(distinct s.entry) filter (where s.valid_to is null and coalesce(s.known_to < y.counted_on, true)) as ends_unknown,
        string_agg(s.cell_address, ' ; ' order by s.cell_address) as cell_address,
        min(s.document_id) as document_id
    from year_end as y
    inner join single as s on y.counted_on >= s.valid_from and coalesce(y.counted_on <= s.valid_to, true)
    group by s.class_code, s.place_code, y.counted_on
),

stock as (
    select * from printed
    union all by name
    select
        'counted' as stock_basis,
        'stock' as measure,
        'at_least' as qualifier,
        year(counted_on)::varchar as period_as_printed,
        value as value_low,
        *
    from counted
),

-- The nine and the nation on the same day, as printed; the nine also as the sum of nine printed figures.
whole as (
    select certificate, place_code, counted_on, value, value_low, value_high, qualifier
    from printed
    where place_code in ('G60', '100000') and measure = 'stock'
    union all
    select
        k.certificate, 'G60', make_date(c.year, 12, 31), c.total, c.total_low, c.total_high,
        case when c.value_kind = 'bound' then 'at_least' else 'exact' end
    from {{ ref('mart_corridor') }} as c
    inner join {{ ref('certificate_kind') }} as k on c.indicator_code = k.indicator_code
    where c.members_known = 9 and c.total is not null
),

one_whole as (
    select * from whole
    qualify row_number() over (
        partition by certificate, place_code, counted_on order by qualifier = 'exact' desc, value_high - value_low, value
    ) = 1
)

select
    s.stock_basis,
    s.certificate,
    c.name_zh as certificate_name_zh,
    c.name_en as certificate_name_en,
    s.certificate_as_printed,
    s.measure,
    s.place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    s.place_part,
    s.counted_on,
    s.period_as_printed,
    s.value,
    s.value_low,
    s.value_high,
    '家' as unit,
    s.qualifier,
    s.ends_unknown::integer as ends_unknown,
    case
        when s.qualifier not in ('at_least', 'at_most') and g.qualifier not in ('at_least', 'at_most')
            then 100 * s.value / nullif(g.value, 0)
    end as share_of_corridor,
    100 * s.value_low / nullif(g.value_high, 0) as share_of_corridor_low,
    100 * s.value_high / nullif(g.value_low, 0) as share_of_corridor_high,
    case
        when s.qualifier not in ('at_least', 'at_most') and n.qualifier not in ('at_least', 'at_most')
            then 100 * s.value / nullif(n.value, 0)
    end as share_of_nation,
    100 * s.value_low / nullif(n.value_high, 0) as share_of_nation_low,
    100 * s.value_high / nullif(n.value_low, 0) as share_of_nation_high,
    s.remark,
    s.source_url,
    s.document_id,
    s.cell_address
from stock as s
inner join {{ ref('place') }} as p on s.place_code = p.place_code
inner join {{ ref('register_class') }} as c
    on c.register_name = 'certificates_by_city' and s.certificate = c.class_code
left join one_whole as g
    on
        g.place_code = 'G60' and s.certificate = g.certificate and s.counted_on = g.counted_on
        and s.measure = 'stock' and s.place_part is null and p.is_member
left join one_whole as n
    on
        n.place_code = '100000' and s.certificate = n.certificate and s.counted_on = n.counted_on
        and s.measure = 'stock' and s.place_part is null and s.place_code <> '100000'
order by s.certificate, s.place_code, s.counted_on, s.stock_basis, s.cell_address
