{#- Readings from the sums and ratios of the nine in mart_corridor: each of the macros with a `code` is a whole reading. -#}

{#- A year of the nine, with the members of which no printed or derived figure is known. A sum with a gap filled is
    imputed; one that lacks a member altogether has no value, and what is known bounds it from below. -#}
{% macro corridor_year(indicator, year) -%}
    (
        select
            c.* replace (case when c.members_counted < 9 then 'bound' else c.value_kind end as value_kind),
            c.total as value,
            coalesce(c.total_low, c.total_at_least) as value_low,
            c.total_high as value_high,
            c.year || '年' || c.indicator_name_zh || ':' || (
                select string_agg(p.name_zh, '、' order by p.place_code)
                from {{ ref('place') }} as p
                where p.is_member and not list_contains(c.known_codes, p.place_code)
            ) as missing_zh,
            c.indicator_name_en || ' in ' || c.year || ': ' || (
                select string_agg(p.name_en, ', ' order by p.place_code)
                from {{ ref('place') }} as p
                where p.is_member and not list_contains(c.known_codes, p.place_code)
            ) as missing_en
        from (
            select
                *,
                {{ codes_known('addends') }} as known_codes
            from {{ ref('mart_corridor') }}
            where indicator_code = '{{ indicator }}' and year = {{ year }}
        ) as c
    )
{%- endmacro %}

{#- The nine over the nation, as it was known when the last of the nine was. -#}
{% macro corridor_share(indicator, year, code, zh, en, is_principal=false) -%}
    select
        {{ reading(code, zh, en, is_principal) }},
        'share_of_nation' as how_computed,
        c.value_kind,
        c.share_of_nation as value,
        coalesce(c.share_low, 100 * c.value_low / c.nation_value) as low,
        c.share_high as high,
        c.missing_zh,
        c.missing_en,
        c.addends
    from {{ corridor_year(indicator, year) }} as c
{%- endmacro %}

{#- The nine over a national printing of one status, whenever it became known. -#}
{% macro corridor_share_of_status(indicator, year, status, code, zh, en) -%}
    select
        {{ reading(code, zh, en) }},
        'share_of_nation' as how_computed,
        c.value_kind,
        {{ share_of('c', 'n') }},
        c.missing_zh,
        c.missing_en
    from (
        select *, list_filter(nation_vintages, lambda v: v.status = '{{ status }}')[1] as n
        from {{ corridor_year(indicator, year) }}
    ) as c
    where c.n is not null
{%- endmacro %}

{#- The nine with all of Shanghai in place of Songjiang, over the nation. -#}
{% macro corridor_share_with_shanghai(indicator, year) -%}
    select
        {{ reading('shanghai', '以上海全市代替松江区,' ~ year ~ '年', 'all of Shanghai in place of Songjiang, ' ~ year) }},
        'share_of_nation' as how_computed,
        w.value_kind,
        100 * w.value / w.nation_value as value,
        100 * w.value_low / w.nation_value as low,
        100 * w.value_high / w.nation_value as high,
        null as missing_zh,
        null as missing_en
    from (
        select
            s.value + o.value as value,
            s.value_low + o.value_low as value_low,
            s.value_high + o.value_high as value_high,
            o.value_kind,
            o.nation_value
        from {{ figure('310000', indicator, year) }} as s
        cross join {{ corridor_without_songjiang(indicator, year) }} as o
    ) as w
{%- endmacro %}

{#- The eight cities summed: a bound from below where some of them are missing. -#}
{% macro corridor_without_songjiang(indicator, year) -%}
    (
        select
            any_value(c.nation_value) as nation_value,
            case when count(*) = 8 and bool_and(a.value_kind <> 'bound') then sum(a.value) end as value,
            sum(a.value_low) filter (where a.value_kind <> 'imputed' or c.members_counted = 9) as value_low,
            case when count(*) = 8 then sum(a.value_high) end as value_high,
            case
                when count(*) < 8 or bool_or(a.value_kind = 'bound') then 'bound'
                when bool_or(a.value_kind = 'imputed') then 'imputed'
                else 'derived'
            end as value_kind
        from (
            select nation_value, members_counted, unnest(addends) as a
            from {{ ref('mart_corridor') }}
            where indicator_code = '{{ indicator }}' and year = {{ year }}
        ) as c
        where a.place_code <> '310117'
    )
{%- endmacro %}

{#- The plain mean of nine ratios. -#}
{% macro corridor_mean(indicator, year, code, zh, en, is_principal=false) -%}
    select
        {{ reading(code, zh, en, is_principal) }},
        'mean_of_ratios' as how_computed,
        c.value_kind,
        c.mean_of_ratios as value,
        c.mean_of_ratios_low as low,
        c.mean_of_ratios_high as high,
        c.missing_zh,
        c.missing_en,
        c.addends
    from {{ corridor_year(indicator, year) }} as c
{%- endmacro %}

{#- The ratio of two sums. -#}
{% macro corridor_ratio(indicator, year, code, zh, en) -%}
    select
        {{ reading(code, zh, en) }},
        'ratio_of_sums' as how_computed,
        c.value_kind,
        c.ratio_of_sums as value,
        c.ratio_of_sums_low as low,
        c.ratio_of_sums_high as high,
        c.missing_zh,
        c.missing_en
    from {{ corridor_year(indicator, year) }} as c
{%- endmacro %}

{#- Growth of the nine's sum over a span of years. -#}
{% macro corridor_growth(indicator, first_year, last_year, code, zh, en, is_principal=false) -%}
    select
        {{ reading(code, zh, en, is_principal) }},
        'growth' as how_computed,
        case
            when 'bound' in (a.value_kind, b.value_kind) then 'bound'
            when 'imputed' in (a.value_kind, b.value_kind) then 'imputed'
            else 'derived'
        end as value_kind,
        {{ growth_of('a', 'b') }},
        nullif(concat_ws(';', a.missing_zh, b.missing_zh), '') as missing_zh,
        nullif(concat_ws('; ', a.missing_en, b.missing_en), '') as missing_en,
        b.addends
    from {{ corridor_year(indicator, first_year) }} as a
    cross join {{ corridor_year(indicator, last_year) }} as b
{%- endmacro %}

{#- The members among `addends` of which a figure is printed or derived. -#}
{% macro codes_known(addends) -%}
    list_transform(
        list_filter({{ addends }}, lambda a: a.value_kind in ('observed', 'derived')), lambda a: a.place_code
    )
{%- endmacro %}

{#- An upper end of the nine's valid high-tech certificates at the end of a year: all that the three provinces and
    Shanghai were given in the three years that a certificate lasts. -#}
{% macro certificates_of_delta(year) -%}
    (
        select sum(value_high) as value_high
        from {{ ref('int_indicator') }}
        where
            indicator_code = 'hitech_enterprises_torch'
            and place_code in ('310000', '320000', '330000', '340000')
            and year between {{ year - 2 }} and {{ year }}
        having count(*) = 12
    )
{%- endmacro %}
