{#- Periods as printed to the vocabulary: 2022, 2021H1, 2021Q1-Q3, 2023M01-M11; 2022M06 and 2022-06-30 are points.
    A range that is a quarter, a half or a year has that code only, so that one span of time never has two. -#}

{#- A period as it is compared with the patterns of seeds/period_wording.csv: narrow, without blanks, brackets and
    known remarks, Chinese digits as digits, every dash and 至 as a hyphen. What else brackets say stays: 2021年(1-9月)
    is read with it, 2035年(目标), 2022(上年=100) and 2022年(亿美元) are refused for it. -#}
{% macro period_key(text) -%}
    {%- set narrow = "regexp_replace(" ~ half_width(text) ~ ", '\\s', '', 'g')" -%}
    translate(
        regexp_replace(
            {{ narrow }},
            '\((?:十[一二三四五六]五末|\d{4}/\d{4}|表述日期|创始文章|修订数?|初步(?:核算)?数?|最终(?:核实)?数?|普查数?)\)$',
            ''
        ),
        '〇零一二三四五六七八九—–―～〜~至()', '00123456789-------'
    )
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
