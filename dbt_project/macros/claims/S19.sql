{#- Who published an edition is a name and no number. -#}
{% macro claim_S19() %}
{{ not_recomputed() }}
{% endmacro %}
