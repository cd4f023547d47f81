with link_end as (
    select measure, year, value_kind, counting, is_directed, from_place_code as place_code, 'out' as direction, value
    from {{ ref('mart_link_matrix') }}
    union all
    select measure, year, value_kind, counting, is_directed, to_place_code, 'in', value
    from {{ ref('mart_link_matrix') }}
),

strength as (
    select
        measure, year, value_kind, counting, is_directed, place_code,
        count(*) filter (where direction = 'out') as out_degree,
        count(*) filter (where direction = 'in') as in_degree,
        coalesce(sum(value) filter (where direction = 'out'), 0) as out_strength,
        coalesce(sum(value) filter (where direction = 'in'), 0) as in_strength,
        sum(value) as strength
    from link_end
    group by all
)

select
    s.measure,
    s.year,
    s.value_kind,
    s.counting,
    s.place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    p.is_member,
    case when s.is_directed then s.in_degree end::integer as in_degree,
    case when s.is_directed then s.out_degree end::integer as out_degree,
    (s.in_degree + s.out_degree)::integer as degree,
    case when s.is_directed then {{ significant('s.in_strength') }} end as in_strength,
    case when s.is_directed then {{ significant('s.out_strength') }} end as out_strength,
    {{ significant('s.strength') }} as strength,
    m.betweenness,
    m.closeness,
    m.eigenvector,
    m.community,
    rank() over (
        partition by s.measure, s.year, s.value_kind, s.counting order by {{ significant('s.strength') }} desc
    )::integer as strength_rank
from strength as s
inner join {{ ref('int_network_measure') }} as m
    on
        s.measure = m.measure and s.year = m.year and s.value_kind = m.value_kind
        and s.counting = m.counting and s.place_code = m.place_code
inner join {{ ref('place') }} as p on s.place_code = p.place_code
order by s.measure, s.value_kind, s.counting, s.year, strength_rank, s.place_code
