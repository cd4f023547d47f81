{#- The nine's share of the companies traded on the STAR market on a day. Of Shanghai's, those of Songjiang are known by
    registered address only in part, and a few companies have no city: the rest may be the district's or not, so the
    share has two ends and no value. -#}
{% macro star_share(day, code, zh, en, is_principal=false, whole_shanghai=false, with_delisted=false) -%}
    select
        {{ reading(code, zh, en, is_principal) }},
        'listed_companies' as how_computed,
        'bound' as value_kind,
        null::double as value,
        100.0 * c.members / c.nation as low,
        100.0 * (c.members + c.perhaps) / c.nation as high,
        {{ perhaps_songjiang('c.perhaps', 'zh') }} as missing_zh,
        {{ perhaps_songjiang('c.perhaps', 'en') }} as missing_en
    from (
        select
            count(*) as nation,
            count(*) filter (
                where s.place_code in (select place_code from {{ ref('place') }} where is_member)
                {{- " or s.city = '上海市'" if whole_shanghai }}
            ) as members,
            count(*) filter (
                where s.city is null
                {{- " or (s.city = '上海市' and s.place_code <> '310117')" if not whole_shanghai }}
            ) as perhaps
        from {{ ref('stg_star_company') }} as s
        where
            s.listed_on <= date '{{ day }}'
            {%- if not with_delisted %}
            and (s.delisted_on is null or s.delisted_on > date '{{ day }}')
            {%- endif %}
    ) as c
    where c.nation > 0 and date '{{ day }}' <= {{ known_on() }}
{%- endmacro %}

{#- What is missing to a count of companies where some may be a member's or not. -#}
{% macro perhaps_songjiang(companies, language) -%}
    case
        when {{ companies }} > 0
            then {{ companies }} || {{ "'家公司在上海而不知是否在松江区,或所在地不明'" if language == 'zh'
                else "' companies that may be Songjiang''s: of Shanghai, or without a place'" }}
    end
{%- endmacro %}
