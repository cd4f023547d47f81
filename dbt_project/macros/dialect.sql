{#- What DuckDB and Spark say differently, a macro each; everything else of the portable models is common to both.
    Lists have theirs in dialect_lists.sql. -#}

{#- All columns of a relation, or of an alias, but some. -#}
{% macro star_except(columns, alias=none) -%}
    {{ adapter.dispatch('star_except')(columns, alias) }}
{%- endmacro %}

{% macro default__star_except(columns, alias) -%}
    {{ alias ~ '.' if alias }}* exclude ({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__star_except(columns, alias) -%}
    {{ alias ~ '.' if alias }}* except ({{ columns | join(', ') }})
{%- endmacro %}

{#- A day as a number that grows with it. -#}
{% macro day_number(day) -%}
    {{ adapter.dispatch('day_number')(day) }}
{%- endmacro %}

{% macro default__day_number(day) -%}
    ({{ day }} - date '1970-01-01')
{%- endmacro %}

{% macro spark__day_number(day) -%}
    unix_date({{ day }})
{%- endmacro %}
