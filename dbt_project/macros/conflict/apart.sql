{#- Whether two printings cannot both be right: their printed intervals do not meet. An open end meets all beyond it. -#}
{% macro apart(a, b) -%}
    coalesce(
        {{ a }}.value_high < {{ b }}.value_low - 1e-6 * abs({{ b }}.value)
        or {{ b }}.value_high < {{ a }}.value_low - 1e-6 * abs({{ a }}.value),
        false
    )
{%- endmacro %}
