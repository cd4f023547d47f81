{#- The day whose knowledge a build is made of: the variable as_of, else any day. -#}
{% macro known_on() -%}
    date '{{ var("as_of") or "9999-01-01" }}'
{%- endmacro %}
