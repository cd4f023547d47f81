{#- Four kinds of sharing: those of which the ledger of sharing has an entry. -#}
{% macro claim_S29() %}
{{ named_in('sharing', ['仪器|instrument', '数据|data', '专家|人才|expert', '标准|standard'], 'register', '台账中有记录的类别',
    'kinds of which the ledger has an entry', is_complete=false) }}
{% endmacro %}
