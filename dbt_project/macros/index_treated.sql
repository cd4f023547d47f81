{#- Values after treatment: cells (framework, variant, scope, code, value, …) by the final step of their series. -#}
{% macro index_treated(value, t) -%}
    case {{ t }}.treatment
        when 'winsorised' then least(greatest({{ value }}, {{ t }}.low_limit), {{ t }}.high_limit)
        when 'log'
            then
                case
                    when {{ value }} - {{ t }}.low_limit + 0.01 * ({{ t }}.high_limit - {{ t }}.low_limit) > 0
                        then ln({{ value }} - {{ t }}.low_limit + 0.01 * ({{ t }}.high_limit - {{ t }}.low_limit))
                end
        when 'boxcox'
            then
                case
                    when {{ value }} - {{ t }}.low_limit + 0.01 * ({{ t }}.high_limit - {{ t }}.low_limit) > 0
                        then
                            {{ index_boxcox(
                                value ~ ' - ' ~ t ~ '.low_limit + 0.01 * (' ~ t ~ '.high_limit - ' ~ t ~ '.low_limit)',
                                t ~ '.exponent'
                            ) }}
                end
        else {{ value }}
    end
{%- endmacro %}
