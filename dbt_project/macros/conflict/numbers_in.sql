{#- The numbers that a text prints, as texts: 1,598 is 1598; a fraction stays one; of a date such as 2023-05 none. -#}
{% macro numbers_in(text) -%}
    regexp_extract_all(
        regexp_replace(
            regexp_replace({{ half_width(text) }}, '(\d),(\d{3})', '\1\2', 'g'), '\d{4}-\d{1,2}(-\d{1,2})?', ' ', 'g'
        ),
        '\d+(?:\.\d+)?(?:/\d+)?'
    )
{%- endmacro %}
