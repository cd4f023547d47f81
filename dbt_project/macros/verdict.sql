{#- Verdict on a reading of a claim, from the interval the claim allows and the interval the inputs allow, filled
    ones within theirs (a missing end is open). reproduced: the recomputed value is what was claimed, with every
    input known or wherever in its interval an unknown one lies; contradicted: the two intervals do not meet;
    consistent: they meet, or the value was only printed, declared or registered elsewhere too; not_decidable: no
    input bounds the value; not_numeric: the claim bounds nothing. A strict claim (more than) is not met by its
    own bound; intervals of two rounded numbers that only touch, as those of 1/7 and 1/8 do, do not meet. -#}
{% macro verdict(how_computed, is_strict, claimed_low, claimed_high, value, low, high, value_kind) -%}
    case
        when {{ claimed_low }} is null and {{ claimed_high }} is null then 'not_numeric'
        when {{ low }} is null and {{ high }} is null then 'not_decidable'
        when {{ high }} < {{ claimed_low }} or {{ low }} > {{ claimed_high }} then 'contradicted'
        when {{ is_strict }} and {{ high }} <= {{ claimed_low }} then 'contradicted'
        when
            {{ low }} < {{ high }} and {{ claimed_low }} < {{ claimed_high }}
            and ({{ high }} = {{ claimed_low }} or {{ low }} = {{ claimed_high }})
            then 'contradicted'
        when {{ how_computed }} in ('printed', 'printed_total', 'declared', 'register', 'open_register') then 'consistent'
        when
            {{ value_kind }} in ('observed', 'derived')
            and {{ reaches(value, value, is_strict, claimed_low, claimed_high) }}
            then 'reproduced'
        when {{ reaches(low, high, is_strict, claimed_low, claimed_high) }} then 'reproduced'
        else 'consistent'
    end
{%- endmacro %}

{#- Whether all of an interval lies in what a claim allows. -#}
{% macro reaches(low, high, is_strict, claimed_low, claimed_high) -%}
    (
        coalesce(
            {{ low }} >= {{ claimed_low }} and not ({{ is_strict }} and {{ low }} = {{ claimed_low }}), {{ claimed_low }} is null
        )
        and coalesce({{ high }} <= {{ claimed_high }}, {{ claimed_high }} is null)
    )
{%- endmacro %}

{#- How far a recomputed value lies from what a claim allows, in the claim's unit: below it negative, above it
    positive, 0 within two ends; from the one end of an open claim, whose bound it passes by so much. Where there is
    no value, the nearest point of an interval that lies clear of the claim, or clear of its one end, is taken. -#}
{% macro margin(claimed_low, claimed_high, value, low, high) -%}
    {%- set point = "coalesce(" ~ value
        ~ ", case when " ~ low ~ " > coalesce(" ~ claimed_high ~ ", " ~ claimed_low ~ ") then " ~ low
        ~ " when " ~ high ~ " < coalesce(" ~ claimed_low ~ ", " ~ claimed_high ~ ") then " ~ high ~ " end)" -%}
    case
        when {{ claimed_high }} is null then {{ point }} - {{ claimed_low }}
        when {{ claimed_low }} is null then {{ point }} - {{ claimed_high }}
        when {{ point }} < {{ claimed_low }} then {{ point }} - {{ claimed_low }}
        when {{ point }} > {{ claimed_high }} then {{ point }} - {{ claimed_high }}
        when {{ point }} is not null or ({{ low }} >= {{ claimed_low }} and {{ high }} <= {{ claimed_high }}) then 0
    end
{%- endmacro %}
