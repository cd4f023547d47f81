{#- Seeds on Spark, in one statement each. The adapter's own loading writes the word None where a cell is empty, and takes
    no apostrophe; it knows no varchar without a length. -#}
{% macro spark__create_csv_table(model, agate_table) %}
    {%- set sql = "create table " ~ this.render() ~ " (" ~ spark_seed_columns(model, agate_table, ' ') ~ ")" -%}
    {%- call statement('_') %}{{ sql }}{% endcall -%}
    {{ return(sql) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- if not agate_table.rows %}{{ return('') }}{% endif -%}
    {%- set sql -%}
        insert into {{ this.render() }}
        select {{ spark_seed_columns(model, agate_table, none) }}
        from values
        {% for row in agate_table.rows -%}
            ({% for cell in row %}{{ spark_literal(cell) }}{{ ', ' if not loop.last }}{% endfor %}){{ ', ' if not loop.last }}
        {% endfor -%}
        as cells ({{ agate_table.column_names | join(', ') }})
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}

{#- The columns with their types: as a declaration where they are set apart, else as casts. -#}
{% macro spark_seed_columns(model, agate_table, apart) %}
    {%- set given = model['config'].get('column_types', {}) -%}
    {%- for name in agate_table.column_names -%}
        {%- set type = given.get(name, adapter.convert_type(agate_table, loop.index0)) | replace('varchar', 'string') -%}
        {{ name ~ apart ~ type if apart else "cast(" ~ name ~ " as " ~ type ~ ") as " ~ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{% endmacro %}

{% macro spark_literal(cell) -%}
    {{ "null" if cell is none else "'" ~ (cell | string | replace("\\", "\\\\") | replace("'", "\\'")) ~ "'" }}
{%- endmacro %}
