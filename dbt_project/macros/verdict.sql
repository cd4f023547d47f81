{#- Verdict of a claim, from the interval it allows and the interval the known inputs allow (a missing end is
    open). reproduced: the recomputed value is what was claimed, with every input known or wherever in its
    interval a filled one lies; contradicted: the two intervals do not meet; consistent: they meet, or the value
    was only printed or declared elsewhere too; not_decidable: no input bounds the value. -#}
{% macro verdict(evidence, operator, claimed_low, claimed_high, value, low, high, is_known) -%}
    case
        when {{ evidence }} = 'not_numeric' then 'not_numeric'
        when {{ low }} is null and {{ high }} is null then 'not_decidable'
        when {{ operator }} = 'greater' and {{ high }} <= {{ claimed_low }} then 'contradicted'
        when {{ high }} < {{ claimed_low }} or {{ low }} > {{ claimed_high }} then 'contradicted'
        when {{ is_known }} and {{ operator }} in ('equal', 'between')
            and {{ value }} between {{ claimed_low }} and {{ claimed_high }} then 'reproduced'
        when {{ evidence }} in ('printed_value', 'member_count', 'register_distinct') then 'consistent'
        when {{ operator }} in ('equal', 'between')
            and {{ low }} >= {{ claimed_low }} and {{ high }} <= {{ claimed_high }} then 'reproduced'
        when {{ operator }} = 'greater' and {{ low }} > {{ claimed_low }} then 'reproduced'
        when {{ operator }} = 'greater_or_equal' and {{ low }} >= {{ claimed_low }} then 'reproduced'
        else 'consistent'
    end
{%- endmacro %}
