{#- A register as a table: one row a thing, its columns as text, with document and address of its first cell. -#}
{% macro register(name, columns) %}
select
    file_path,
    row_no,
    min(document_id) as document_id,
    min(cell_address) filter (where column_no = 1) as cell_address
    {%- for column in columns %},
    max(text) filter (where column_name = '{{ column }}') as {{ column }}
    {%- endfor %}
from {{ source('raw', 'register_cell') }}
where register_name = '{{ name }}'
group by file_path, row_no
{% endmacro %}
