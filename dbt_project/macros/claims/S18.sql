{#- Four landmark results, each looked up in the register of results. -#}
{% macro claim_S18() %}
{{ named_in('landmark_result', ['克隆猴|[Cc]loned monkey', '量子通[讯信]|quantum comm', '人造太阳|EAST|artificial sun', '大硅片|300 ?(毫米|mm)'],
    'register', '登记表中可查到的成果', 'results found in the register') }}
{% endmacro %}
