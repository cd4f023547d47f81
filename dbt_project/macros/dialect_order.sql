{#- Several expressions as one that is ordered by each of them in turn, under names: in_turn(low='closed_low').
    What min_by takes as its order, or gives back. -#}
{% macro in_turn() -%}
    {{ adapter.dispatch('in_turn')(kwargs) }}
{%- endmacro %}

{% macro default__in_turn(fields) -%}
    {{ '{' }}{% for name, field in fields.items() %}'{{ name }}': {{ field }}{{ ', ' if not loop.last }}{% endfor %}{{ '}' }}
{%- endmacro %}

{% macro spark__in_turn(fields) -%}
    named_struct({% for name, field in fields.items() %}'{{ name }}', {{ field }}{{ ', ' if not loop.last }}{% endfor %})
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
