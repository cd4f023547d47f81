{#- Wuhu joined between two dated events: it was no party to the first, and acted with the nine in the second. -#}
{% macro claim_S17() %}
select
    {{ reading('between_evidence', '两次有日期的事件之间', 'between two dated events', is_principal=true) }},
    'declared' as how_computed,
    'bound' as value_kind,
    j.low,
    j.high,
    '加入的文件及其日期' as missing_zh,
    'A document of its joining, with its date' as missing_en
from {{ joined() }} as j
where j.place_code = '340200'
{% endmacro %}
