{#- Seven cities visited: those of the nine that the register of visits names. -#}
{% macro claim_S24() %}
select
    {{ reading('register', '登记表中到访的成员', 'members in the register of visits', is_principal=true) }},
    {{ counted('count(distinct e.place_code)', is_complete=false) }}
from (select unnest(place_codes) as place_code from {{ registered('visit') }}) as e
inner join {{ ref('place') }} as p on e.place_code = p.place_code and p.is_member
having count(*) > 0
{% endmacro %}
