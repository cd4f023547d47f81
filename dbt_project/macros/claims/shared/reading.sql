{#- What every reading of a claim begins with: its code, whether it is how the claim is read unless told otherwise,
    and what it takes the claim to say. A file of macros/claims strings readings together with `union all by name`. -#}
{% macro reading(code, zh, en, is_principal=false) -%}
    '{{ code }}' as reading, {{ is_principal | lower }} as is_principal, '{{ zh }}' as reading_zh,
    '{{ en | replace("'", "''") }}' as reading_en
{%- endmacro %}

{#- The best figure of a place and year, printed or derived. -#}
{% macro figure(place, indicator, year) -%}
    (
        select * from {{ ref('int_indicator') }}
        where place_code = '{{ place }}' and indicator_code = '{{ indicator }}' and year = {{ year }}
    )
{%- endmacro %}

{#- Value and ends of a part in per cent of a whole, from two rows that have value, value_low and value_high. -#}
{% macro share_of(part, whole) -%}
    100 * {{ part }}.value / nullif({{ whole }}.value, 0) as value,
    100 * {{ part }}.value_low / nullif({{ whole }}.value_high, 0) as low,
    100 * {{ part }}.value_high / nullif({{ whole }}.value_low, 0) as high
{%- endmacro %}

{#- Value and ends of the growth from one row to another in per cent: of the whole span, or of a year where `years` says
    how many there are. -#}
{% macro growth_of(start, finish, years=1) -%}
    100 * (pow({{ finish }}.value / {{ start }}.value, 1.0 / {{ years }}) - 1) as value,
    100 * (pow({{ finish }}.value_low / {{ start }}.value_high, 1.0 / {{ years }}) - 1) as low,
    100 * (pow({{ finish }}.value_high / {{ start }}.value_low, 1.0 / {{ years }}) - 1) as high
{%- endmacro %}

{#- A reading that recomputes nothing: the figure as it was printed elsewhere. -#}
{% macro printed_elsewhere(place, indicator, year, code, zh, en, is_principal=false) -%}
    select
        {{ reading(code, zh, en, is_principal) }},
        'printed' as how_computed,
        f.value_kind,
        f.value,
        f.value_low as low,
        f.value_high as high
    from {{ figure(place, indicator, year) }} as f
{%- endmacro %}

{#- A claim that nothing at hand bears on, or that holds no number: its one reading says so. -#}
{% macro not_recomputed() -%}
    select {{ reading('none', '未能复算', 'not recomputed', is_principal=true) }}, 'none' as how_computed
{%- endmacro %}

{#- What another claim allows, as value and ends. -#}
{% macro claimed(claim_id) -%}
    (
        select claimed_value as value, claimed_low as value_low, claimed_high as value_high
        from {{ ref('stg_claim') }}
        where claim_id = '{{ claim_id }}' and reject_rule is null
    )
{%- endmacro %}

{#- The last day that a claim can have been said on: what began later does not bear it out. -#}
{% macro said_on(claim_id) -%}
    (select max(said_by_day) from {{ ref('stg_claim') }} where claim_id = '{{ claim_id }}' and reject_rule is null)
{%- endmacro %}
