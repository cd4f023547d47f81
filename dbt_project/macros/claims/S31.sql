{#- 300 mm wafers: the diameter that the register of results prints for the plant. The superlative is no number. -#}
{% macro claim_S31() %}
select
    {{ reading('register', '登记表所载硅片直径', 'wafer diameter in the register', is_principal=true) }},
    'register' as how_computed,
    'observed' as value_kind,
    max(e.diameter) as value,
    min(e.diameter) as low,
    max(e.diameter) as high
from (
    select
        try_cast(
            regexp_extract(concat_ws(' ', entry, field_text, metric_text, value_as_printed, evidence), '(\d{3}) ?(?:毫米|mm)', 1)
            as double
        ) as diameter
    from {{ registered('landmark_result') }}
    where regexp_matches(entry, '硅片|wafer')
) as e
having count(e.diameter) > 0
{% endmacro %}
