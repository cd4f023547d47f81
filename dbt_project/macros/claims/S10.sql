{#- A share in the sixties of per cent. The amounts are not printed; the share is, and differs for one year. -#}
{% macro claim_S10() %}
select
    period || '=' || value_as_printed as reading,
    row_number() over (order by period_end desc, vintage_date desc) = 1 as is_principal,
    period || '期刊印为' || value_as_printed as reading_zh,
    'printed as ' || value_as_printed || ' for ' || period as reading_en,
    'printed' as how_computed,
    'observed' as value_kind,
    any_value(value) as value,
    any_value(value_low) as low,
    any_value(value_high) as high
from {{ ref('int_observation') }}
where place_code = '310117' and indicator_code = 'sei_share' and period_end >= date '2020-12-31'
group by period, period_end, value_as_printed, vintage_date
{% endmacro %}
