{#- The month of a policy: the day, or any day of the month, that the register of policies gives the opinion on future
    industries. -#}
{% macro claim_S30() %}
select
    {{ reading('register', '登记的发布日期', 'the registered day of issue', is_principal=true) }},
    'register' as how_computed,
    'bound' as value_kind,
    {{ decimal_year('min(e.first_day)') }} as low,
    {{ decimal_year('max(e.last_day)') }} as high
from (
    select {{ first_day_of(dates_in('version_text') ~ '[1]') }} as first_day, version_date as last_day
    from {{ registered('policy') }}
    where regexp_matches(entry, '未来产业|future industr')
) as e
having count(e.first_day) > 0
{% endmacro %}
