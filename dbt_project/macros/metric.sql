{# The metrics of the semantic layer as SQL: one select a metric, its measure read from the model that its semantic
   model stands on, its filter with dimensions as the columns they are. #}
{% macro every_metric() %}
    {%- if execute %}
    {%- set measures = {} %}
    {%- for model in graph.semantic_models.values() %}
        {%- for measure in model.measures %}{% do measures.update({measure.name: (model, measure)}) %}{% endfor %}
    {%- endfor %}
    {%- for metric in graph.metrics.values() | sort(attribute='name') %}
        {%- set input = metric.type_params.measure %}
        {%- set model, measure = measures[input.name] %}
        {%- set column = measure.config.meta %}
        {%- set label = metric.label.split(' ', 1) %}
        {%- set said = metric.description.split('。 ', 1) %}
    select
        '{{ metric.name }}' as metric_code,
        {{ quoted_text(label[0]) }} as name_zh,
        {{ quoted_text(label[1]) }} as name_en,
        {{ quoted_text(said[0] ~ '。') }} as definition_zh,
        {{ quoted_text(said[1]) }} as definition_en,
        {{ quoted_text(metric.config.meta.unit) }} as unit,
        {{ quoted_text(metric.config.meta.indicator) if metric.config.meta.indicator else 'null::varchar' }} as indicator_code,
        {{ column.place }} as place_code,
        year,
        {{ measure.expr }}::double as value,
        {{ column.low }}::double as value_low,
        {{ column.high }}::double as value_high,
        {{ column.kind }}::varchar as value_kind,
        {{ column.qualifier or 'null' }}::varchar as qualifier,
        {{ column.members }}::integer as members_known
    from {{ model.node_relation.relation_name }}
    where {{ metric_filter(input) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- else %}
    select null as metric_code
    {%- endif %}
{% endmacro %}

{# A filter as the semantic layer writes it, with each Dimension('entity__column') as its column. #}
{% macro metric_filter(input) %}
    {%- set filters = input.filter.where_filters if input.filter else [] %}
    {%- for one in filters %}
        {{- modules.re.sub("\{\{\s*Dimension\('\w+?__(\w+)'\)\s*\}\}", "\\1", one.where_sql_template) }}{{ ' and ' if not loop.last }}
    {%- endfor %}
    {%- if not filters %}true{% endif %}
{% endmacro %}

{% macro quoted_text(text) %}'{{ (text | string).replace("'", "''") }}'{% endmacro %}
