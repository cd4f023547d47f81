{#- Rows that staging refused, in the columns of mart_quarantine: what a row says and of what, by the columns it has. -#}
{% macro refused_rows(relation, text, place, indicator, period, suggestion='null::varchar', cells='1') -%}
select
    document_id,
    file_path,
    cell_address,
    'stage' as step,
    {{ text }} as raw_text,
    {{ place }} as place_text,
    {{ indicator }} as indicator_text,
    {{ period }} as period_text,
    reject_rule as rule,
    reject_reason as reason,
    {{ suggestion }} as suggestion,
    reject_remedy as remedy,
    {{ cells }}::integer as cells
from {{ relation }}
where reject_rule is not null
{%- endmacro %}
