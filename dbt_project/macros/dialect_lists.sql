{#- Lists and records in the dialect of the engine: DuckDB (default) or Spark. Positions count from 1. -#}

{#- A list of the expressions given. -#}
{% macro list_of() -%}{{ adapter.dispatch('list_of')(varargs) }}{%- endmacro %}
{% macro default__list_of(items) -%}[{{ items | join(', ') }}]{%- endmacro %}
{% macro spark__list_of(items) -%}array({{ items | join(', ') }}){%- endmacro %}

{#- A struct of the fields given by name, in their order; structs compare by their fields in turn. -#}
{% macro record() -%}{{ adapter.dispatch('record')(kwargs) }}{%- endmacro %}
{% macro default__record(fields) -%}
    {{ '{' }}{% for name, value in fields.items() %}'{{ name }}': {{ value }}{{ ', ' if not loop.last }}{% endfor %}{{ '}' }}
{%- endmacro %}
{% macro spark__record(fields) -%}
    named_struct({% for name, value in fields.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#- The whole numbers from first to last; none where last is less. -#}
{% macro number_range(first, last) -%}{{ adapter.dispatch('number_range')(first, last) }}{%- endmacro %}
{% macro default__number_range(first, last) -%}generate_series({{ first }}, {{ last }}){%- endmacro %}
{% macro spark__number_range(first, last) -%}
    {#- sequence() would count downwards. -#}
    case when {{ first }} <= {{ last }} then sequence({{ first }}, {{ last }}) else array() end
{%- endmacro %}

{#- A row for each item of a list, as the only such column of a select. -#}
{% macro unnested(list) -%}{{ adapter.dispatch('unnested')(list) }}{%- endmacro %}
{% macro default__unnested(list) -%}unnest({{ list }}){%- endmacro %}
{% macro spark__unnested(list) -%}explode({{ list }}){%- endmacro %}

{#- The different values of all rows in a list. -#}
{% macro distinct_list(value) -%}{{ adapter.dispatch('distinct_list')(value) }}{%- endmacro %}
{% macro default__distinct_list(value) -%}list(distinct {{ value }}){%- endmacro %}
{% macro spark__distinct_list(value) -%}collect_set({{ value }}){%- endmacro %}

{#- The list with `body` in the place of each item, which the body calls `name`. -#}
{% macro each(list, name, body) -%}{{ adapter.dispatch('each')(list, name, body) }}{%- endmacro %}
{% macro default__each(list, name, body) -%}list_transform({{ list }}, lambda {{ name }}: {{ body }}){%- endmacro %}
{% macro spark__each(list, name, body) -%}transform({{ list }}, {{ name }} -> {{ body }}){%- endmacro %}

{#- The items of a list for which the condition holds. -#}
{% macro those(list, name, condition) -%}{{ adapter.dispatch('those')(list, name, condition) }}{%- endmacro %}
{% macro default__those(list, name, condition) -%}list_filter({{ list }}, lambda {{ name }}: {{ condition }}){%- endmacro %}
{% macro spark__those(list, name, condition) -%}filter({{ list }}, {{ name }} -> {{ condition }}){%- endmacro %}

{#- `body`, in which `name` stands for the value, computed once. -#}
{% macro bound(name, value, body) -%}{{ item(each(list_of(value), name, body), 1) }}{%- endmacro %}

{#- What becomes of `start` when it is replaced by `body`, which calls it `name`, so many times. -#}
{% macro repeated(start, name, body, times) -%}{{ adapter.dispatch('repeated')(start, name, body, times) }}{%- endmacro %}
{% macro default__repeated(start, name, body, times) -%}
    {#- The first copy is the start; each further one only counts. The linter knows lambdas of two names by the arrow. -#}
    list_reduce(
        list_transform(range({{ times + 1 }}), lambda n: {{ start }}),
        ({{ name }}, again) -> {{ body }}
    )
{%- endmacro %}
{% macro spark__repeated(start, name, body, times) -%}
    reduce(sequence(1, {{ times }}), {{ start }}, ({{ name }}, again) -> {{ body }})
{%- endmacro %}

{#- The n-th item, -1 the last. -#}
{% macro item(list, n) -%}{{ adapter.dispatch('item')(list, n) }}{%- endmacro %}
{% macro default__item(list, n) -%}list_extract({{ list }}, {{ n }}){%- endmacro %}
{% macro spark__item(list, n) -%}element_at({{ list }}, {{ n }}){%- endmacro %}

{#- Where in the list the value first stands. -#}
{% macro position_in(list, value) -%}{{ adapter.dispatch('position_in')(list, value) }}{%- endmacro %}
{% macro default__position_in(list, value) -%}list_position({{ list }}, {{ value }}){%- endmacro %}
{% macro spark__position_in(list, value) -%}cast(array_position({{ list }}, {{ value }}) as integer){%- endmacro %}

{% macro length_of(list) -%}{{ adapter.dispatch('length_of')(list) }}{%- endmacro %}
{% macro default__length_of(list) -%}len({{ list }}){%- endmacro %}
{% macro spark__length_of(list) -%}size({{ list }}){%- endmacro %}

{% macro least_of(list) -%}{{ adapter.dispatch('least_of')(list) }}{%- endmacro %}
{% macro default__least_of(list) -%}list_min({{ list }}){%- endmacro %}
{% macro spark__least_of(list) -%}array_min({{ list }}){%- endmacro %}

{% macro greatest_of(list) -%}{{ adapter.dispatch('greatest_of')(list) }}{%- endmacro %}
{% macro default__greatest_of(list) -%}list_max({{ list }}){%- endmacro %}
{% macro spark__greatest_of(list) -%}array_max({{ list }}){%- endmacro %}

{#- Sum and mean of a list of doubles, which is not empty. -#}
{% macro sum_of(list) -%}{{ adapter.dispatch('sum_of')(list) }}{%- endmacro %}
{% macro default__sum_of(list) -%}list_sum({{ list }}){%- endmacro %}
{% macro spark__sum_of(list) -%}reduce({{ list }}, 0e0, (total, one) -> total + one){%- endmacro %}

{% macro mean_of(list) -%}{{ adapter.dispatch('mean_of')(list) }}{%- endmacro %}
{% macro default__mean_of(list) -%}list_avg({{ list }}){%- endmacro %}
{% macro spark__mean_of(list) -%}{{ spark__sum_of(list) }} / size({{ list }}){%- endmacro %}

{#- Σ a b of two lists of doubles of the same length. -#}
{% macro dot_product(a, b) -%}{{ adapter.dispatch('dot_product')(a, b) }}{%- endmacro %}
{% macro default__dot_product(a, b) -%}list_dot_product({{ a }}, {{ b }}){%- endmacro %}
{% macro spark__dot_product(a, b) -%}
    reduce(zip_with({{ a }}, {{ b }}, (left, right) -> left * right), 0e0, (total, one) -> total + one)
{%- endmacro %}

{#- The last or the first value over a window that is known; `over (…)` follows. -#}
{% macro last_known(value) -%}{{ adapter.dispatch('last_known')(value) }}{%- endmacro %}
{% macro default__last_known(value) -%}last_value({{ value }} ignore nulls){%- endmacro %}
{% macro spark__last_known(value) -%}last_value({{ value }}) ignore nulls{%- endmacro %}

{% macro first_known(value) -%}{{ adapter.dispatch('first_known')(value) }}{%- endmacro %}
{% macro default__first_known(value) -%}first_value({{ value }} ignore nulls){%- endmacro %}
{% macro spark__first_known(value) -%}first_value({{ value }}) ignore nulls{%- endmacro %}

{#- A condition that holds always. Spark writes the text of a `with` query out wherever it is used, and computes it
    anew each time, unless there is something random in it. -#}
{% macro computed_once() -%}{{ adapter.dispatch('computed_once')() }}{%- endmacro %}
{% macro default__computed_once() -%}true{%- endmacro %}
{% macro spark__computed_once() -%}rand() >= 0{%- endmacro %}
