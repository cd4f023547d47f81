{#- Figures that contradict an accounting identity of seeds/identity.csv within their own document. -#}
{% macro broken_identity(identity) %}
select p.name_zh as place, s.period, s.indicator_code, s.value, s.unit, s.cell_address, s.doubt
from {{ ref('stg_statistic') }} as s
inner join {{ ref('place') }} as p on s.place_code = p.place_code
where s.broken_identity = '{{ identity }}'
{% endmacro %}
