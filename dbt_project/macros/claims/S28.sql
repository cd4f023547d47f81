{#- Three fields and more: those of the three that a centre of the register is in. Most centres state no field. -#}
{% macro claim_S28() %}
{{ named_in('concept_verification_centres', ['(?i)advanced material|先进材料', '(?i)biomed|biotech|生物医药',
    '(?i)artificial intell|人工智能'],
    'register', '登记表中有中心的领域', 'fields in which the register has a centre', is_complete=false) }}
{% endmacro %}
