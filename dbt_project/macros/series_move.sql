{#- What a series may move in so many years, in powers of ten: its yearly factor for each, at most ten times in all. -#}
{% macro decades_allowed(years, factor) -%}
    least(greatest(abs({{ years }}), 1) * log10({{ factor }}), 0.99)
{%- endmacro %}
