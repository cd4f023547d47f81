-- One name may stand for two places only where their times do not overlap.
with printed as (
    select 'place' as kind, name_zh as name, place_code as code, null as source, null as dimension, valid_from, valid_to
    from {{ ref('place') }}
    union all
    select 'place', a.alias, a.place_code, null, null, coalesce(a.valid_from, p.valid_from), coalesce(a.valid_to, p.valid_to)
    from {{ ref('place_alias') }} as a
    inner join {{ ref('place') }} as p on a.place_code = p.place_code
    union all
    select 'indicator', name_zh, indicator_code, null, null, null, null from {{ ref('indicator') }}
    union all
    select 'indicator', alias, indicator_code, source, dimension, valid_from, valid_to from {{ ref('indicator_alias') }}
),

name as (
    select
        * replace (
            coalesce(try_cast(valid_from as date), date '0001-01-01') as valid_from,
            coalesce(try_cast(valid_to as date), date '9999-12-31') as valid_to
        )
    from printed
)

select a.kind, a.name, a.code, b.code as other_code, a.valid_from, a.valid_to
from name as a
inner join name as b
    on
        a.kind = b.kind
        and a.name = b.name
        and a.source is not distinct from b.source
        and a.dimension is not distinct from b.dimension
        and a.code < b.code
        and a.valid_from <= b.valid_to
        and a.valid_to >= b.valid_from
