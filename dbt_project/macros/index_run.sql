{#- The runs of each framework's uncertainty design; run 0 is the published index.

    enumerated   every combination of the options of the factors
    given        the rows of a design file
    a, b, ab     two samples of n points of one Sobol sequence (digital shift by the seed), and for each factor the
                 first with that factor from the second: n (d + 2) runs (Saltelli 2010)
    data         data_runs runs in which nothing but the data varies
    left_out     one run for each node below the root, without it
    A continuous factor takes a number of its own a point (weight_draw, data_draw), from which index_random draws. -#}
{% macro index_run() %}
{% set factors = ['winmax', 'normalise', 'weights', 'aggregate', 'data'] %}
with factor as (
    select
        framework, factor, list(struct_pack(option, text, a) order by option) as options,
        row_number() over (partition by framework order by factor) as position,
        count(*) over (partition by framework) as factors
    from {{ ref('framework_option') }}
    group by framework, factor
),

enumerated as (
    select
        d.framework, 'enumerated' as role, null as factor, 0 as point,
        {% for f in factors %}{{ f }}.chosen as {{ f }}, {{ loop.index0 * 0 }} as {{ f }}_draw{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('framework_design') }} as d
    {% for f in factors %}
    left join (
        select framework, unnest(options) as chosen from factor where factor = '{{ f }}'
    ) as {{ f }} on d.framework = {{ f }}.framework
    {% endfor %}
    where d.kind = 'enumerate'
),

{# Twice as many dimensions as factors: the first half is sample a, the second b. #}
sobol as (
    select *, xor(raw, (hash(hash(seed, dimension)) >> 40)::bigint) / 16777216 as u
    from (
        select
            d.framework, d.seed, p.point, f.factor, f.options, s.sample, v.dimension,
            bit_xor(case when xor(p.point, p.point >> 1) >> (v.bit - 1) & 1 = 1 then v.direction else 0 end) as raw
        from {{ ref('framework_design') }} as d
        inner join factor as f on d.framework = f.framework
        cross join (select unnest([0, 1]) as sample) as s
        cross join lateral (select unnest(range(d.n)) as point) as p
        inner join {{ ref('sobol_direction') }} as v on v.dimension = f.position + s.sample * f.factors
        where d.kind = 'sobol'
        group by all
    )
),

sampled as (
    select
        framework, point, factor, sample, options[1 + floor(u * len(options))::integer] as chosen,
        1 + point * 2 + sample as draw
    from sobol
),

mixed as (
    select a.*, 'a' as role, null as mixed from sampled as a where a.sample = 0
    union all
    select b.*, 'b' as role, null as mixed from sampled as b where b.sample = 1
    union all
    select s.*, 'ab' as role, m.factor as mixed
    from sampled as s
    inner join factor as m on s.framework = m.framework
    where s.sample = (s.factor = m.factor)::integer
),

saltelli as (
    select
        framework, role, mixed as factor, point,
        {% for f in factors %}
        any_value(chosen) filter (where factor = '{{ f }}') as {{ f }},
        any_value(draw) filter (where factor = '{{ f }}') as {{ f }}_draw{{ ',' if not loop.last }}
        {% endfor %}
    from mixed
    group by framework, role, mixed, point
),

designed as (
    select * from enumerated
    union all
    select * from saltelli
),

run as (
    select
        framework, role, factor, point,
        winmax.a::integer as winmax,
        normalise.option as normalise,
        case when weights.text = 'set' then weights.a::integer end as weight_set,
        case when weights.text = 'noise' then weights_draw end as weight_draw,
        case when weights.text = 'noise' then weights.a end as weight_spread,
        aggregate.option as aggregate,
        case when data.text = 'interval' then data_draw end as data_draw,
        null::varchar as left_out
    from designed
    union all
    select
        framework, 'given' as role, null as factor, run as point, winmax, normalise, weight_set, null as weight_draw,
        null as weight_spread, aggregate, null as data_draw, null as left_out
    from {{ ref('framework_run') }}
    union all
    select
        d.framework, 'data' as role, null as factor, r.point, null as winmax, null as normalise, null as weight_set,
        null as weight_draw, null as weight_spread, null as aggregate, -1 - r.point as data_draw, null as left_out
    from {{ ref('framework_design') }} as d
    cross join lateral (select unnest(range(d.data_runs)) as point) as r
    union all
    select
        e.framework, 'left_out' as role, null as factor, row_number() over (order by e.node_id) as point, null as winmax,
        null as normalise, null as weight_set, null as weight_draw, null as weight_spread, null as aggregate,
        null as data_draw, e.node_code as left_out
    from ({{ index_edge() }}) as e
    inner join {{ ref('framework_design') }} as d on e.framework = d.framework
)

select
    framework,
    row_number() over (
        partition by framework order by role, factor, point, winmax, normalise, weight_set, aggregate
    )::integer as run,
    role, factor, point::integer as point, winmax, normalise, weight_set, weight_draw::bigint as weight_draw,
    weight_spread, aggregate, data_draw::bigint as data_draw, left_out
from run
union all
select
    framework, 0 as run, 'nominal' as role, null as factor, 0 as point, null as winmax, null as normalise,
    null as weight_set, null as weight_draw, null as weight_spread, null as aggregate, null as data_draw, null as left_out
from {{ ref('framework_method') }}
{% endmacro %}

{#- A number in [0, 1) that depends on nothing but the seed, the draw and the names of what is drawn, so that another
    place or indicator beside it moves nothing. Hashed twice: DuckDB joins the hashes of several arguments by XOR, and
    numbers of alike arguments would not be independent of each other. -#}
{% macro index_random(seed, draw, names) -%}
    (hash(hash({{ seed }}, {{ draw }}, {{ names }})) >> 11) / 9007199254740992
{%- endmacro %}
