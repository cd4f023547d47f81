{#- How a figure is read as it was printed. The grammar, after full-width characters are narrowed, footnote marks
    taken off and bracketed negatives written with a sign:
      [earlier →] [qualifier] number [suffix qualifier] [unit]     number: 1,234.5 | 1 234.5 | 1/15 | 万 alone (破万)
    These macros only take a text apart; words, marks and units are looked up in the seeds. -#}

{#- Full-width letters, digits and signs to their narrow forms; no-break and ideographic spaces to spaces. A text of
    single bytes has none of them: translating each costs more than all the rest of reading it. -#}
{% macro half_width(text) -%}
    case when strlen({{ text }}) = length({{ text }}) then {{ text }} else translate(
        {{ text }},
        '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ．，％（）＋－−＞＜＆／＊［］：　 ',
        '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,%()+--><&/*[]:  '
    ) end
{%- endmacro %}

{#- Marks that lead to a footnote at the end of a text: ①, *, †, [1], (注1), 1) after a space, superscripts. -#}
{% macro without_footnote(text) -%}
    regexp_replace(
        {{ text }},
        '(?:\s*(?:[①-⑳⑴-⑽*†‡※]|\[\d{1,2}\]|〔\d{1,2}〕|\(?注\d{0,2}\)|\s\d\)))+$|([^A-Za-z])[¹²³⁰⁴⁵⁶⁷⁸⁹]+$',
        '\1'
    )
{%- endmacro %}

{#- A name as it is compared: narrow, without blanks, footnote marks and case. 北　京 and 北京① are 北京. -#}
{% macro name_key(text) -%}
    lower(regexp_replace({{ without_footnote('trim(' ~ half_width(text) ~ ')') }}, '\s', '', 'g'))
{%- endmacro %}

{#- Narrow the text, keep what follows a →, take footnote marks off, write (3.2) as -3.2. A raised number behind 10
    may be its power: it stays, and the text is refused. -#}
{% macro bare_text(text) -%}
    case
        when regexp_matches({{ text }}, '(?:^|[^0-9.,])10\s*(?:[¹²³⁰⁴⁵⁶⁷⁸⁹]+|\[\d+\])\s*$') then {{ text }}
        else
            regexp_replace(
                trim({{ without_footnote('trim(' ~ half_width("regexp_extract(" ~ text ~ ", '[^→]*$')") ~ ')') }}),
                '^\(\s*(\d[\d, ]*(?:\.\d+)?)\s*([%‰]?)\s*\)$', '-\1\2'
            )
    end
{%- endmacro %}

{#- Close up the digit groups of the first number, where they are groups of three set apart by one sign: 12,34 and
    1,234.5 105 stay as they are and are refused. -#}
{% macro ungrouped(bare) -%}
    {%- set head = "regexp_extract(" ~ bare
        ~ ", '^([^0-9]*[0-9]{1,3}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+))(?:[^0-9,]|$)', 1)" -%}
    regexp_replace({{ head }}, '[, ](\d{3})', '\1', 'g') || substr({{ bare }}, length({{ head }}) + 1)
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
    regexp_replace(regexp_replace({{ narrowed }}, '^[^0-9+\-万亿]*[+-]?(\d+(\.\d+)?(/\d+)?)?\s*', ''), '\s+$', '')
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
    case
        when {{ x }} = 0 then 0.0
        when isfinite({{ x }}) then round({{ x }}, 12 - ceil(log10(abs({{ x }})))::integer)
        else {{ x }}
    end
{%- endmacro %}

{#- A text of a file as a message shows it: an unseen sign is seen, or the message would not say what is wrong. -#}
{% macro seen(text) -%}
    regexp_replace({{ text }}, '\p{C}', '�', 'g')
{%- endmacro %}

{#- No name is longer; a longer text gets no hint, since comparing it with every name would take minutes. -#}
{% macro longest_name() -%} 100 {%- endmacro %}

{#- One file gives one figure at most so often. -#}
{% macro most_printings() -%} 100 {%- endmacro %}

{#- How far two names are from being spelt alike: the share to change, insert, drop or swap, counted in bytes as the
    function does. -#}
{% macro spelling_distance(a, b) -%}
    damerau_levenshtein({{ a }}, {{ b }}) / greatest(strlen({{ a }}), strlen({{ b }}))
{%- endmacro %}

{#- Characters far apart may differ in one byte only: two names of three characters with one in common are not alike. -#}
{% macro shares_half_its_characters(a, b) -%}
    2 * len(list_intersect(string_split({{ a }}, ''), string_split({{ b }}, ''))) >= greatest(length({{ a }}), length({{ b }}))
{%- endmacro %}

{#- Ends of a figure as printed: what rounding hides, a step of the last digit that says something for 约, and for an
    open qualifier the figure itself on one side and that step on the other. A fraction rounds its denominator. -#}
{% macro printed_low(qualifier, value, half_unit, step, is_fraction, denominator) -%}
    case
        when {{ qualifier }} = 'at_least' then {{ value }}
        when {{ is_fraction }} and {{ qualifier }} in ('about', 'at_most') then {{ value }} * {{ denominator }} / ({{ denominator }} + 1)
        when {{ is_fraction }} then {{ value }} * {{ denominator }} / ({{ denominator }} + 0.5)
        when {{ qualifier }} in ('about', 'at_most') then {{ value }} - {{ step }}
        else {{ value }} - {{ half_unit }}
    end
{%- endmacro %}

{% macro printed_high(qualifier, value, half_unit, step, is_fraction, denominator) -%}
    case
        when {{ qualifier }} = 'at_most' then {{ value }}
        when {{ is_fraction }} and {{ denominator }} > 1 and {{ qualifier }} in ('about', 'at_least')
            then {{ value }} * {{ denominator }} / ({{ denominator }} - 1)
        when {{ is_fraction }} then {{ value }} * {{ denominator }} / ({{ denominator }} - 0.5)
        when {{ qualifier }} in ('about', 'at_least') then {{ value }} + {{ step }}
        else {{ value }} + {{ half_unit }}
    end
{%- endmacro %}

{#- Rows with a column `narrowed` (macros bare_text and ungrouped), with that text taken apart. -#}
{% macro value_in_parts(relation) %}
select
    *,
    {{ number_text('narrowed') }} as number_text,
    {{ prefix_text('narrowed') }} as prefix_text,
    {{ tail_text('narrowed') }} as tail_text
from {{ relation }}
{% endmacro %}

{#- Rows of `value_in_parts` with number and qualifier by seeds/qualifier.csv: a word behind the number, before it
    (`positions`: where such words may stand), or in a column of its own (`remark`). `key` names a row. -#}
{% macro value_qualified(relation, key, positions=['prefix'], remark=none) %}
select
    p.*,
    coalesce(
        s.qualifier, f.qualifier, {{ 'u.qualifier, ' if remark }}case when p.number_text is not null then 'exact' end
    ) as qualifier,
    p.prefix_text <> '' and f.word is null as has_unknown_prefix,
    trim(case when s.word is null then p.tail_text else replace(p.tail_text, s.word, '') end) as cell_unit,
    {{ number_value('p.number_text') }} as number_value,
    {{ printed_half_unit('p.number_text') }} as half_unit,
    {{ printed_step('p.number_text') }} as step,
    coalesce(contains(p.number_text, '/'), false) as is_fraction,
    try_cast(split_part(p.number_text, '/', 2) as double) as denominator
from {{ relation }} as p
left join {{ ref('qualifier') }} as f on f.position in ('{{ positions | join("', '") }}') and p.prefix_text = f.word
{% if remark -%}
left join {{ ref('qualifier') }} as u on u.position = 'remark' and p.{{ remark }} = u.word
{%- endif %}
left join {{ ref('qualifier') }} as s
    on s.position = 'suffix' and (starts_with(p.tail_text, s.word) or ends_with(p.tail_text, s.word))
qualify row_number() over (partition by p.{{ key }} order by length(s.word) desc nulls last) = 1
{% endmacro %}
