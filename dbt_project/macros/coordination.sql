{#- Positions of the indicators of each subsystem between the fixed goalposts of the framework, 0 to 1, with
    their interval and the share that is known. All that coordination takes from the index comes through here. -#}
{% macro subsystem_positions() %}
select
    i.framework,
    i.place_code,
    i.year,
    s.subsystem_code,
    i.indicator_code,
    i.normalised / 100 as position,
    i.normalised_low / 100 as position_low,
    i.normalised_high / 100 as position_high,
    i.known_share
from {{ ref('int_index_indicator') }} as i
inner join {{ ref('subsystem_indicator') }} as s on i.framework = s.framework and i.indicator_code = s.indicator_code
{% endmacro %}

{#- Coupling degree C of two subsystems: their geometric over their arithmetic mean; none where both are 0.
    Wang Shujia et al. 2021, Journal of Natural Resources 36(3): 793-810, the normative form for k = 2. -#}
{% macro coupling_degree(a, b) -%}
2 * sqrt({{ a }} * {{ b }}) / nullif({{ a }} + {{ b }}, 0)
{%- endmacro %}

{#- Two-sided p of Student's t with a whole number of degrees of freedom, as the finite series of Abramowitz and
    Stegun 1964, 26.7.3 (odd) and 26.7.4 (even). -#}
{% macro student_p(t, degrees) -%}
1 - case when {{ degrees }} % 2 = 0
    then sin(atan(abs({{ t }}) / sqrt({{ degrees }}))) * list_sum(list_transform(
        range({{ degrees }} // 2),
        lambda j: gamma(j + 0.5) / gamma(0.5) / gamma(j + 1) * pow(cos(atan(abs({{ t }}) / sqrt({{ degrees }}))), 2 * j)
    ))
    else 2 / pi() * (
        atan(abs({{ t }}) / sqrt({{ degrees }}))
        + sin(atan(abs({{ t }}) / sqrt({{ degrees }}))) * coalesce(list_sum(list_transform(
            range(({{ degrees }} - 1) // 2),
            lambda j: gamma(j + 1) * gamma(1.5) / gamma(j + 1.5)
                * pow(cos(atan(abs({{ t }}) / sqrt({{ degrees }}))), 2 * j + 1)
        )), 0)
    )
end
{%- endmacro %}
