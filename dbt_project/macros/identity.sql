{#- Parts and whole of an accounting identity as one document prints them: the interval that the printed parts
    allow, that of the whole, and where each stands. Figures known to be faulty are excused. -#}
{% macro identity_within_document(whole, parts) %}
with part as (
    select
        document_id,
        place_code,
        period,
        sum(closed_low) as parts_low,
        sum(closed_high) as parts_high,
        sum(value) as parts_value,
        string_agg(indicator_code || ' ' || value_as_printed || unit_as_printed || ' at ' || cell_address, '; '
            order by indicator_code) as parts_printed
    from {{ ref('int_observation') }}
    where indicator_code in ('{{ parts | join("', '") }}') and origin = 'observed'
    group by document_id, place_code, period
    having count(distinct indicator_code) = {{ parts | length }} and count(*) = {{ parts | length }}
)

select
    p.name_zh as place,
    w.period,
    w.value as whole_value,
    part.parts_value,
    w.value - part.parts_value as difference,
    w.indicator_code || ' ' || w.value_as_printed || w.unit_as_printed as whole_printed,
    w.cell_address,
    part.parts_printed
from part
inner join {{ ref('int_observation') }} as w
    on part.document_id = w.document_id and part.place_code = w.place_code and part.period = w.period
inner join {{ ref('dim_place') }} as p on w.place_code = p.place_code
where
    w.indicator_code = '{{ whole }}'
    and not w.is_known_fault
    -- Sources round each part by itself; half a thousandth of the whole covers what they lose.
    and (
        part.parts_low > w.closed_high + 0.0005 * w.value
        or part.parts_high < w.closed_low - 0.0005 * w.value
    )
{% endmacro %}
