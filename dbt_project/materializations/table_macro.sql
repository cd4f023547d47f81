{#- A model that is a question with an argument: a DuckDB table macro in schema main, so that `from as_of('2022-12-31')`
    works in the released file. The catalog's name is left out, since a release is opened under any name. -#}
{% materialization table_macro, adapter='duckdb' %}
    {%- call statement('main') -%}
        create or replace macro main.{{ this.identifier }}({{ config.require('parameters') }}) as table (
            {{ sql | replace('"' ~ this.database ~ '".', '') }}
        )
    {%- endcall -%}
    {{ adapter.commit() }}
    {{ return({'relations': []}) }}
{% endmaterialization %}
