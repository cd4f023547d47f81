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

{#- The last day that a date as printed can mean, but for what its brackets remark; null where it may be any later one. -#}
{% macro last_day_said(text) -%}
    case when not regexp_matches({{ text }}, '\bor later\b|\bafter\b|以后|之后') then
        {{ last_day_of('(' ~ dates_in(without_brackets(text)) ~ ')[-1]') }}
    end
{%- endmacro %}

{#- What the columns of a register can mean (seeds/register_column.csv); of each a row has at most one text. -#}
{% macro register_roles() -%}
    {{ return([
        'entry', 'place', 'to_place', 'class', 'subclass', 'field', 'metric', 'value', 'unit', 'batch', 'date', 'valid_from',
        'valid_to', 'target_year', 'version', 'status', 'evidence'
    ]) }}
{%- endmacro %}

{% macro text_of_each_role() -%}
    {%- for role in register_roles() %}
        max(c.text) filter (where r.role = '{{ role }}') as {{ role }}_text{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- What is said under a role, without remarks in brackets; null for a mark of seeds/missing_mark.csv. -#}
{% macro what_is_said(roles) -%}
    {%- for role in roles %}
        case
            when lower({{ without_brackets(role ~ '_text') }}) not in (select mark from {{ ref('missing_mark') }})
                then nullif({{ without_brackets(role ~ '_text') }}, '')
        end as {{ role }}_said{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The texts of those roles that a column of seeds/register.csv lists, the others null. -#}
{% macro texts_listed_in(listed, texts) -%}
    {%- for role, text in texts.items() %}
        case when contains(' ' || {{ listed }} || ' ', ' {{ role }} ') then {{ text }} end{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- What a thing is known by in all its versions, of an entry `e` of stg_register_entry. -#}
{% macro identity_key(listed) -%}
    concat_ws(chr(31), {{ texts_listed_in(listed, {
        'entry': "coalesce(e.entry, '')", 'place': "coalesce(array_to_string(e.place_codes, '+'), '')",
        'to_place': "coalesce(array_to_string(e.to_place_codes, '+'), '')", 'class': "coalesce(e.class_code, '')",
        'metric': "coalesce(e.metric_text, '')", 'batch': "coalesce(e.batch, '')", 'date': "coalesce(e.date_text, '')"
    }) }})
{%- endmacro %}
