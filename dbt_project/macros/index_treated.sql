{#- Values after treatment: cells (framework, variant, scope, code, value, …) by the final step of their series. -#}
{% macro index_treated(value, t) -%}
    case {{ t }}.treatment
        -- least() and greatest() pass over a null: what is missing must not become a limit.
        when 'winsorised'
            then
                case
                    when {{ value }} is not null then least(greatest({{ value }}, {{ t }}.low_limit), {{ t }}.high_limit)
                end
        when 'log'
            then
                case
                    when {{ value }} - {{ t }}.low_limit + 0.01 * ({{ t }}.high_limit - {{ t }}.low_limit) > 0
                        then ln({{ value }} - {{ t }}.low_limit + 0.01 * ({{ t }}.high_limit - {{ t }}.low_limit))
                end
        when 'boxcox'
            then
                case
                    when ({{ value }} - {{ t }}.low_limit) / ({{ t }}.high_limit - {{ t }}.low_limit) + 0.01 > 0
                        then
                            {{ index_boxcox(
                                '((' ~ value ~ ' - ' ~ t ~ '.low_limit) / (' ~ t ~ '.high_limit - ' ~ t ~ '.low_limit) + 0.01)',
                                t ~ '.exponent'
                            ) }}
                end
        else {{ value }}
    end
{%- endmacro %}
