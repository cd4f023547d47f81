{#- “Has begun to take shape” has no bound; how many enterprises and bases the nine have on the chain is given beside it. -#}
{% macro claim_S21() %}
select
    {{ reading('register', '九城市登记的企业与基地', 'enterprises and bases of the nine in the register', is_principal=true) }},
    {{ counted('count(distinct e.entry)', is_complete=false) }}
from {{ registered('satellite_enterprises') }} as e
inner join {{ ref('place') }} as p on e.place_code = p.place_code and p.is_member
having count(*) > 0
{% endmacro %}
