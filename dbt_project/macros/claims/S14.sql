{#- The support of the delta has no published definition. Its likely inputs, talent moves and patents transferred between
    the 41 cities, belong to the network marts; the share of the nine in them is to be read here once they are there. -#}
{% macro claim_S14() %}
{{ not_recomputed() }}
{% endmacro %}
