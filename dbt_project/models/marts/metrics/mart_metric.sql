-- depends_on: {{ ref('mart_corridor') }}
-- depends_on: {{ ref('fct_indicator') }}
-- depends_on: {{ ref('mart_collaborative_innovation_index') }}
with measured as (
    {{ every_metric() }}
)

select
    m.metric_code, m.name_zh, m.name_en,
    m.place_code, p.name_zh as place_name_zh, p.name_en as place_name_en,
    m.year, m.value, m.value_low, m.value_high, m.unit, m.value_kind, m.qualifier, m.members_known, m.indicator_code,
    m.definition_zh, m.definition_en
from measured as m
inner join {{ ref('dim_place') }} as p on m.place_code = p.place_code
where m.value is not null and m.year is not null
