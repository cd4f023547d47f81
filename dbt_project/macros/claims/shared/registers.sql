{#- Readings from registers: what they list agrees with a claim or does not; it never proves one. A register that is not
    there gives no row, so that the claim is not decidable. -#}

{% macro registered(register_name) -%}
    (select * from {{ ref('stg_register_entry') }} where register_name = '{{ register_name }}' and reject_rule is null)
{%- endmacro %}

{#- Ends of a count: from below only where the register is known not to be complete, and then none at all where it has
    nothing. -#}
{% macro counted(count, is_complete=true) -%}
    {{ "'register'" if is_complete else "'open_register'" }} as how_computed,
    '{{ "derived" if is_complete else "bound" }}' as value_kind,
    {{ count ~ '::double' if is_complete else 'null' }} as value,
    {{ count ~ '::double' if is_complete else 'nullif(' ~ count ~ ', 0)::double' }} as low,
    {{ count ~ '::double' if is_complete else 'null' }} as high
{%- endmacro %}

{#- How many of several things, each a pattern, a register speaks of. -#}
{% macro named_in(register_name, patterns, code, zh, en, is_complete=true) -%}
    select
        {{ reading(code, zh, en, is_principal=true) }},
        {% set hits = [] -%}
        {%- for pattern in patterns -%}
            {%- set said = "concat_ws(' ', e.entry, e.class_text, e.field_text)" -%}
            {%- do hits.append("bool_or(regexp_matches(" ~ said ~ ", '" ~ pattern ~ "'))::integer") -%}
        {%- endfor -%}
        {{ counted('(' ~ hits | join(' + ') ~ ')', is_complete) }}
    from {{ registered(register_name) }} as e
    having count(*) > 0
{%- endmacro %}
