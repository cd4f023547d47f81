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

{#- A text without what its brackets remark: 松江 (九亭) is 松江, 2018 (page; month not shown) is 2018. -#}
{% macro without_brackets(text) -%}
    trim(regexp_replace({{ half_width(text) }}, '\s*\([^()]*\)?', ' ', 'g'))
{%- endmacro %}

{#- The dates in a text, in its order: 2022, 2022-06, 2022-06-30, 2021H1, 2021Q3. -#}
{% macro dates_in(text) -%}
    regexp_extract_all({{ text }}, '(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?|H[12]|Q[1-4])?')
{%- endmacro %}

{#- First and last day that a date of `dates_in` can mean; null for a day no calendar has. -#}
{% macro first_day_of(date) -%}
    case length({{ date }})
        when 7 then try_cast({{ date }} || '-01' as date)
        when 10 then try_cast({{ date }} as date)
        else {{ period_start(date) }}
    end
{%- endmacro %}

{% macro last_day_of(date) -%}
    case length({{ date }})
        when 7 then last_day(try_cast({{ date }} || '-01' as date))
        when 10 then try_cast({{ date }} as date)
        else {{ period_end(date) }}
    end
{%- endmacro %}
