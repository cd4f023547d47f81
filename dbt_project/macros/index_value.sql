{#- Value of an index whose base year is 100: as printed, or by the printed yearly pace in per cent over the years
    since then. `end` -1 or 1 gives the end of the interval that the printed digits allow. -#}
{% macro index_value(number, is_pace, years, end=0) -%}
    {%- set read = "(cast(" ~ number ~ " as double) + " ~ end ~ " * " ~ printed_half_unit(number) ~ ")" -%}
    case when {{ is_pace }} then 100 * pow(1 + {{ read }} / 100, {{ years }}) else {{ read }} end
{%- endmacro %}
