{#- How a figure is read as it was printed. The grammar, after full-width characters are narrowed:
      [earlier →] [qualifier] number [suffix qualifier] [unit]     number: 1,234.5 | 1/15 | 万 alone (破万)
    These macros only take a text apart; words and units are looked up in the seeds. -#}

{#- Narrow full-width digits and signs, drop spaces around and thousands separators, keep what follows a →. -#}
{% macro narrow_text(text) -%}
    trim(regexp_replace(
        regexp_extract(
            translate({{ text }}, '０１２３４５６７８９．，％（）＋－＞＜　', '0123456789.,%()+->< '),
            '[^→]*$'
        ),
        ',(\d{3})', '\1', 'g'
    ))
{%- endmacro %}

{#- The number itself: digits, a fraction, or nothing where the text has only a numeral such as 破万. -#}
{% macro number_text(narrowed) -%}
    nullif(regexp_extract({{ narrowed }}, '([+-]?\d+(?:\.\d+)?(?:/\d+)?)', 1), '')
{%- endmacro %}

{#- Words before the number; for a numeral alone, the words before 万 or 亿. -#}
{% macro prefix_text(narrowed) -%}
    trim(regexp_extract({{ narrowed }}, '^([^0-9+\-万亿]*)', 1))
{%- endmacro %}

{#- All that follows the number: suffix qualifier and unit. -#}
{% macro tail_text(narrowed) -%}
    trim(regexp_replace({{ narrowed }}, '^[^0-9+\-万亿]*[+-]?(\d+(\.\d+)?(/\d+)?)?', ''))
{%- endmacro %}

{#- Value of a number text as a double: a fraction divides, a missing number means one (破万 = 1 万). -#}
{% macro number_value(number) -%}
    case
        when {{ number }} is null then 1.0
        when contains({{ number }}, '/')
            then cast(split_part({{ number }}, '/', 1) as double) / nullif(cast(split_part({{ number }}, '/', 2) as double), 0)
        else cast({{ number }} as double)
    end
{%- endmacro %}

{#- Half of the last printed digit: 24653.4 → 0.05. -#}
{% macro printed_half_unit(number) -%}
    case
        when {{ number }} is null then 0.5
        else 0.5 * pow(10, -length(split_part({{ number }}, '.', 2)))
    end
{%- endmacro %}

{#- One unit of the last digit that says something: 1800 → 100, 3.6 → 0.1, 7 → 1. What an open qualifier
    leaves out is taken to be less than this (a convention of ours, used for closed intervals only). -#}
{% macro printed_step(number) -%}
    case
        when {{ number }} is null then 1.0
        when contains({{ number }}, '.') then pow(10, -length(split_part({{ number }}, '.', 2)))
        else pow(10, length({{ number }}) - length(rtrim({{ number }}, '0')))
    end
{%- endmacro %}

{#- Twelve significant digits: more than any source prints, and free of what binary fractions add
    (18550.000000000004). -#}
{% macro significant(x) -%}
    case when {{ x }} = 0 then 0.0 else round({{ x }}, 12 - ceil(log10(abs({{ x }})))::integer) end
{%- endmacro %}
