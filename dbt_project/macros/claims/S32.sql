{#- An institute exists that the register of platforms lists. -#}
{% macro claim_S32() %}
select
    {{ reading('register', '登记表中的条目', 'entries in the register', is_principal=true) }},
    {{ counted("count(*) filter (where regexp_matches(e.entry, '同济.*G60|Tongji.*G60'))", is_complete=false) }}
from {{ registered('platform') }} as e
having count(*) > 0
{% endmacro %}
