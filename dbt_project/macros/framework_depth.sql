{#- The highest level of any framework: how many times the aggregation is written out. -#}
{% macro framework_depth() -%}
    {%- if execute -%}
        {{ run_query("select greatest(max(level), 2) from " ~ ref('framework_node')).columns[0].values()[0] }}
    {%- else -%}
        2
    {%- endif -%}
{%- endmacro %}
