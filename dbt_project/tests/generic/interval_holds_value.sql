{#- A value lies inside its own interval; a missing end is open. -#}
{% test interval_holds_value(model, low, value, high) %}
select *
from {{ model }}
where {{ value }} < {{ low }} - 1e-9 * abs({{ value }}) or {{ value }} > {{ high }} + 1e-9 * abs({{ value }})
{% endtest %}
