{#- How the number of a claim is read. What a comparison lets the number mean is data: seeds/claim_comparison.csv names
    the rule for either end. The digits of a claim say how far it is rounded, as those of any printed figure do. -#}

{#- A day as a year with its part of the year: 2024-01-01 is 2024.0, so that dates have distances. -#}
{% macro decimal_year(day) -%}
    (
        year({{ day }})
        + (dayofyear({{ day }}) - 1.0) / dayofyear(make_date(year({{ day }}), 12, 31))
    )
{%- endmacro %}

{#- One end of what a claim allows; `way` is -1 for the lower end and 1 for the upper one. 1/15 is what rounds to it,
    1/15.5 to 1/14.5; 约1/15 is 1/16 to 1/14; 60%区间 runs one step of its last digit that says something, to 70. -#}
{% macro claimed_end(rule, way, value, numerator, denominator, half_unit, step, first_day, day_after) -%}
    case {{ rule }}
        when 'rounded'
            then case
                when {{ denominator }} > 1 then {{ numerator }} / ({{ denominator }} - 0.5 * {{ way }})
                else {{ value }} + {{ half_unit }} * {{ way }}
            end
        when 'stepped'
            then case
                when {{ denominator }} > 1 then {{ numerator }} / ({{ denominator }} - {{ way }})
                else {{ value }} + {{ step }} * {{ way }}
            end
        when 'exact' then {{ value }}
        when 'zero' then 0
        when 'one' then 1
        when 'start' then {{ decimal_year(first_day) }}
        when 'end' then {{ decimal_year(day_after) }}
    end
{%- endmacro %}
