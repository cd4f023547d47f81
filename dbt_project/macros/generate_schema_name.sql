{#- Schemas are the public SQL contract: staging, marts, meta; no target name is put before them. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
