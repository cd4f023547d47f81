{%- set share = "case c.counting when 'full' then 1e0 else 2e0 / (e.places * (e.places - 1)) end" -%}
-- Links that somebody saw: printed in a register, or events added up by year. A row that names several places at one end
-- is a link of none of them and stays in its register; parties that all deal with each other are a link for each pair.
-- Full counting gives each pair 1, fractional counting gives an event's pairs 1 together.
with entry as (
    select
        m.measure,
        m.unit,
        m.is_directed,
        m.register_value,
        e.place_codes,
        e.to_place_codes,
        e.document_id,
        e.cell_address,
        -- What a register does not date was there on the day it was taken in.
        coalesce(e.date_to, {{ known_by('d.accessed_on') }}) as period_end,
        case
            when e.date_from is null then year({{ known_by('d.accessed_on') }})::varchar
            when e.date_from = e.date_to then e.date_to::varchar
            when e.date_to = last_day(e.date_from) then strftime(e.date_to, '%YM%m')
            else year(e.date_to)::varchar
        end as period,
        e.value,
        e.value_low,
        e.value_high
    from {{ ref('stg_register_entry') }} as e
    inner join {{ ref('link_measure') }} as m on regexp_full_match(coalesce(e.metric_text, e.class_text), m.metric_pattern)
    inner join {{ source('raw', 'file') }} as f on e.file_path = f.file_path
    inner join {{ source('raw', 'document') }} as d on f.document_id = d.document_id
    where
        e.reject_rule is null
        and e.register_name in ('intercity_links', 'yrd_collaboration_measures')
        and coalesce(e.date_to, {{ known_by('d.accessed_on') }}) <= {{ known_on() }}
        -- What is only planned links nothing yet.
        and not coalesce(regexp_matches(e.date_text, '\bplanned\b|计划|拟'), false)
        and (m.register_value = 'entry' or regexp_full_match(e.unit, m.unit_pattern))
),

-- What one row says of the places it names.
said as (
    select
        measure, unit, is_directed,
        case when register_value = 'entry' then 'register' else 'printed' end as method,
        case when place_codes = to_place_codes and len(place_codes) > 1 then place_codes end as parties,
        place_codes[1] as from_place_code,
        to_place_codes[1] as to_place_code,
        period, period_end, document_id, cell_address,
        case register_value when 'entry' then 1.0 else value end as value,
        case register_value when 'entry' then 1.0 else value_low end as value_low,
        -- A register of links found is not a list of all there are.
        case register_value when 'entry' then null else value_high end as value_high
    from entry
    where (place_codes = to_place_codes and len(place_codes) > 1) or (len(place_codes) = 1 and len(to_place_codes) = 1)
),

pair as (
    select
        s.* exclude (parties, from_place_code, to_place_code),
        coalesce(len(s.parties) * (len(s.parties) - 1) / 2, 1) as pairs,
        case when s.parties is null then s.from_place_code else p.a end as from_place_code,
        case when s.parties is null then coalesce(o.place_code, s.to_place_code) else p.b end as to_place_code
    from said as s
    -- What one member has with all others it has with each of them; a printed sum is not known for each.
    left join {{ ref('place_member') }} as o
        on s.to_place_code = 'G60_OTHERS' and s.method = 'register' and o.area_code = 'G60' and s.from_place_code <> o.place_code
    left join lateral (
        select a.code as a, b.code as b
        from (select unnest(s.parties) as code) as a
        inner join (select unnest(s.parties) as code) as b on a.code < b.code
    ) as p on true
),

counted as (
    select
        p.* exclude (from_place_code, to_place_code),
        c.counting,
        case c.counting when 'full' then 1 else 1 / p.pairs end as share,
        case when p.is_directed or p.method = 'printed' then p.from_place_code else least(p.from_place_code, p.to_place_code) end
            as from_place_code,
        case when p.is_directed or p.method = 'printed' then p.to_place_code else greatest(p.from_place_code, p.to_place_code) end
            as to_place_code
    from pair as p
    cross join (values ('full'), ('fractional')) as c (counting)
    -- A printed total is counted as its source counts, and a link with a direction is one pair under either rule.
    where c.counting = 'full' or (p.method <> 'printed' and not p.is_directed)
)

select
    measure,
    counting,
    from_place_code,
    to_place_code,
    period,
    period_end,
    year(period_end)::integer as year,
    'observed' as value_kind,
    method,
    document_id,
    cell_address,
    {{ significant('sum(share * value)') }} as value,
    {{ significant('sum(share * value_low)') }} as value_low,
    -- One amount without an upper end leaves the sum without one.
    case when count(value_high) = count(*) then {{ significant('sum(share * value_high)') }} end as value_high,
    count(*)::integer as links,
    unit
from counted
group by measure, counting, from_place_code, to_place_code, period, period_end, method, document_id, cell_address, unit
union all
-- Events, added up by document. A contract that does not say its amount is one of the contracts and no part of their value.
select
    m.measure,
    c.counting,
    e.from_place_code,
    e.to_place_code,
    e.year::varchar,
    make_date(e.year, 12, 31),
    e.year,
    'observed',
    'events',
    e.document_id,
    min(e.cell_address),
    {{ significant("sum(" ~ share ~ " * case m.event_value when 'count' then e.events else e.amount end)") }},
    {{ significant("sum(" ~ share ~ " * case m.event_value when 'count' then e.events else e.amount_low end)") }},
    case
        when m.event_value = 'count' or sum(e.amounts_with_high) = sum(e.events)
            then {{ significant("sum(" ~ share ~ " * case m.event_value when 'count' then e.events else e.amount_high end)") }}
    end,
    sum(e.events)::integer,
    m.unit
from {{ ref('int_link_count') }} as e
inner join {{ ref('link_measure') }} as m on e.event_kind = m.event
cross join (values ('full'), ('fractional')) as c (counting)
where c.counting = 'full' or not m.is_directed
group by m.measure, c.counting, e.from_place_code, e.to_place_code, e.year, e.document_id, m.event_value, m.unit
having m.event_value = 'count' or sum(e.amounts) > 0
