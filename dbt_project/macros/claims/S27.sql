{#- Four centres by name, each looked up in the register of centres. -#}
{% macro claim_S27() %}
{{ named_in('concept_verification_centres', ['陕煤', '牛津', '浙大', '合肥市?科创'], 'register', '登记表中可查到的四家',
    'the four as found in the register') }}
{% endmacro %}
