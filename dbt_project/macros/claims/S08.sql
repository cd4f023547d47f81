{#- “Among the first” of sixteen districts has no bound, and the other fifteen districts' figures are not at hand. -#}
{% macro claim_S08() %}
{{ not_recomputed() }}
{% endmacro %}
