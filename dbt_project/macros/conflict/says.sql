{#- One side of a finding, as it is compared: its words, the last number in them, and its value in the base unit. -#}
{% macro side(words, value) -%}
    {%- set number = "(" ~ numbers_in(words) ~ ")[-1]" -%}
    struct_pack(
        words := {{ words }},
        number := case when {{ number }} is not null then {{ number_value(number) }} end,
        value := {{ value }}
    )
{%- endmacro %}

{#- A version of the register of disagreements, as it is compared: its words and the numbers it prints; what rounds to a
    number lies within half a unit of its last digit. -#}
{% macro version(words) -%}
    struct_pack(
        words := {{ words }},
        numbers := list_transform(
            {{ numbers_in(words) }},
            lambda n: struct_pack(
                value := {{ number_value('n') }},
                half_unit := case when contains(n, '/') then 0 else {{ printed_half_unit('n') }} end
            )
        )
    )
{%- endmacro %}

{#- Whether a version of the register of disagreements says what a side of a finding does: it prints the side's last
    number, or one that the side's value rounds to; of a side without a number, its words. -#}
{% macro says(version, side) -%}
    coalesce(
        case
            when {{ side }}.number is null and {{ side }}.value is null then contains({{ version }}.words, {{ side }}.words)
            else
                len(list_filter(
                    {{ version }}.numbers,
                    lambda n: coalesce(n.value = {{ side }}.number, false)
                    or coalesce(abs(n.value - {{ side }}.value) <= n.half_unit, false)
                )) > 0
        end,
        false
    )
{%- endmacro %}
