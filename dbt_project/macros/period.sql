{#- Periods as printed to the vocabulary: 2022, 2021H1, 2021Q1-Q3, 2023M01-M11; 2022M06 and 2022-06-30 are points. -#}

{#- Drop a remark in brackets and 年, write a year and month as 2022M06. NULL when it is no period we know. -#}
{% macro period_code(text) -%}
    nullif(regexp_extract(
        regexp_replace(
            regexp_replace(trim(regexp_replace({{ text }}, '[ (（].*$', '')), '年$', ''),
            '^(\d{4})-(0[1-9]|1[0-2])$', '\1M\2'
        ),
        '^((?:19|20)\d{2}(?:H[12]|Q[1-4](?:-Q[1-4])?|M(?:0[1-9]|1[0-2])(?:-M(?:0[1-9]|1[0-2]))?|-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))?)$',
        1
    ), '')
{%- endmacro %}

{% macro period_kind(period) -%}
    case
        when length({{ period }}) = 4 then 'year'
        when contains({{ period }}, 'H') then 'half'
        when contains({{ period }}, 'Q') then 'quarter range'
        when contains({{ period }}, '-M') then 'month range'
        else 'point'
    end
{%- endmacro %}

{% macro period_start(period) -%}
    case
        when length({{ period }}) = 4 then make_date(cast({{ period }} as integer), 1, 1)
        when contains({{ period }}, 'H')
            then make_date(cast(left({{ period }}, 4) as integer), 6 * cast({{ period }}[6] as integer) - 5, 1)
        when contains({{ period }}, 'Q')
            then make_date(cast(left({{ period }}, 4) as integer), 3 * cast({{ period }}[6] as integer) - 2, 1)
        when contains({{ period }}, 'M')
            then make_date(cast(left({{ period }}, 4) as integer), cast({{ period }}[6:7] as integer), 1)
        else try_cast({{ period }} as date)
    end
{%- endmacro %}

{% macro period_end(period) -%}
    case
        when length({{ period }}) = 4 then make_date(cast({{ period }} as integer), 12, 31)
        when contains({{ period }}, 'H')
            then last_day(make_date(cast(left({{ period }}, 4) as integer), 6 * cast({{ period }}[6] as integer), 1))
        when contains({{ period }}, 'Q')
            then last_day(make_date(cast(left({{ period }}, 4) as integer), 3 * cast(right({{ period }}, 1) as integer), 1))
        when contains({{ period }}, 'M')
            then last_day(make_date(cast(left({{ period }}, 4) as integer), cast(right({{ period }}, 2) as integer), 1))
        else try_cast({{ period }} as date)
    end
{%- endmacro %}

{#- The last day a partial date can mean: 2023 → 2023-12-31, so that nothing counts as known before it was. -#}
{% macro known_by(text) -%}
    case
        when length({{ text }}) = 4 then try_cast({{ text }} || '-12-31' as date)
        when length({{ text }}) = 7 then last_day(try_cast({{ text }} || '-01' as date))
        else try_cast({{ text }} as date)
    end
{%- endmacro %}
