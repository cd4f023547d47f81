{#- Four principles of the action plan, each looked up among what the register of policies says of satellite internet. -#}
{% macro claim_S22() %}
select
    {{ reading('register', '登记的行动方案所载', 'as the registered plan has them', is_principal=true) }},
    {{ counted('count(distinct e.principle)', is_complete=false) }}
from (
    select unnest(regexp_extract_all(concat_ws(' ', entry, class_text, field_text, metric_text, evidence), '融合化|集群化|差异化|市场化'))
        as principle
    from {{ registered('policy') }}
    where regexp_matches(concat_ws(' ', entry, class_text, field_text), '卫星互联网|satellite internet')
) as e
having count(*) > 0
{% endmacro %}
