{#- Every figure printed for the corridor as a whole, as a claim that recomputes itself: against the nine's own figures of
    its year. What was said on a day, of no year, is read of the last full year before it and of its own year; companies
    of the STAR market are counted on the day. Printings that say the same are one claim, told from the others of its
    indicator and period by its words. What an indicator states of the nine is seeds/claim_headline.csv. -#}
{% macro claims_of_corridor_headline() %}
with printing as (
    select
        o.*,
        i.name_zh,
        i.name_en,
        coalesce(d.publisher, d.title) as said_by,
        d.url as source_url,
        case
            -- Many sheets print the unit, or 万 of it, with the value.
            when o.unit_as_printed = '占全国比重' or regexp_matches(o.value_as_printed, '[^\d.]$') then o.value_as_printed
            else o.value_as_printed || o.unit_as_printed
        end as claimed_as_printed
    from {{ ref('int_observation') }} as o
    inner join {{ ref('indicator') }} as i on o.indicator_code = i.indicator_code
    left join {{ source('raw', 'document') }} as d on o.document_id = d.document_id
    -- What the register has among its claims is not judged a second time.
    anti join {{ ref('stg_claim') }} as c on contains(d.title, c.said_by)
    where o.place_code = 'G60' and not o.is_dropped
),

headline as (
    select
        *,
        count(*) over same as printings,
        row_number() over (same order by vintage_date, length(claimed_as_printed) desc, cell_address) as nth,
        least(period_end, vintage_date) as day
    from printing
    window same as (partition by indicator_code, period, qualifier, value, value_low, value_high)
    qualify nth = 1
),

-- What a headline may mean, the likelier first: of which year, and a mean of ratios or a ratio of sums. Nothing, where
-- nothing of the kind is known of the nine or the figure is of part of a year.
possible as (
    select
        h.*,
        s.of_indicator_code,
        y.year,
        case
            when s.statistic is null or h.period_kind not in ('year', 'point') then [null]
            when starts_with(s.statistic, 'listed') then [struct_pack(year := null::bigint, statistic := s.statistic)]
            else list_concat(
                [struct_pack(year := y.year, statistic := s.statistic)],
                case when h.period_kind = 'point' then [struct_pack(year := y.year + 1, statistic := s.statistic)] end,
                case when s.statistic = 'mean_of_ratios' then [struct_pack(year := y.year, statistic := 'ratio_of_sums')] end
            )
        end as meanings
    from headline as h
    left join {{ ref('claim_headline') }} as s on h.indicator_code = s.indicator_code
    cross join lateral (select year(h.period_end) - (h.period_kind = 'point')::bigint as year) as y
),

meant as (
    select
        * exclude (year, meanings, meaning),
        meaning.year as year_meant,
        meaning.statistic as statistic
    from (
        select *, unnest(meanings) as meaning, generate_subscripts(meanings, 1) = 1 as is_principal from possible
    )
),

nine as (
    select
        *,
        -- A sum that lacks a member altogether has no value, and what is known bounds it from below.
        case when members_counted < 9 then 'bound' else value_kind end as kind,
        coalesce(total_low, total_at_least) as known_low,
        (
            select string_agg(p.name_zh, '、' order by p.place_code) from {{ ref('place') }} as p
            where p.is_member and not list_contains(known_codes, p.place_code)
        ) as unknown_zh,
        (
            select string_agg(p.name_en, ', ' order by p.place_code) from {{ ref('place') }} as p
            where p.is_member and not list_contains(known_codes, p.place_code)
        ) as unknown_en
    from (
        select *, {{ codes_known('addends') }} as known_codes from {{ ref('mart_corridor') }}
    )
),

listed as (
    select
        m.cell_address,
        count(*) filter (where s.place_code in (select place_code from {{ ref('place') }} where is_member)) as members,
        count(*) filter (where s.city is null or (s.city = '上海市' and s.place_code <> '310117')) as perhaps,
        count(*) as nation
    from meant as m
    inner join {{ ref('stg_star_company') }} as s
        on s.listed_on <= m.day and (s.delisted_on is null or s.delisted_on > m.day)
    where m.statistic in ('listed', 'listed_share')
    group by m.cell_address
),

recomputed as (
    select
        m.*,
        case m.statistic
            when 'total' then n.total
            when 'share_of_nation' then n.share_of_nation
            when 'mean_of_ratios' then n.mean_of_ratios
            when 'ratio_of_sums' then n.ratio_of_sums
        end as computed,
        case m.statistic
            when 'total' then n.known_low
            when 'share_of_nation' then coalesce(n.share_low, 100 * n.known_low / n.nation_value)
            when 'mean_of_ratios' then n.mean_of_ratios_low
            when 'ratio_of_sums' then n.ratio_of_sums_low
            when 'listed' then l.members
            when 'listed_share' then 100.0 * l.members / l.nation
        end as low,
        case m.statistic
            when 'total' then n.total_high
            when 'share_of_nation' then n.share_high
            when 'mean_of_ratios' then n.mean_of_ratios_high
            when 'ratio_of_sums' then n.ratio_of_sums_high
            when 'listed' then l.members + l.perhaps
            when 'listed_share' then 100.0 * (l.members + l.perhaps) / l.nation
        end as high,
        case when l.nation > 0 then 'bound' else n.kind end as value_kind,
        coalesce({{ perhaps_songjiang('l.perhaps', 'zh') }}, n.unknown_zh) as missing_zh,
        coalesce({{ perhaps_songjiang('l.perhaps', 'en') }}, n.unknown_en) as missing_en
    from meant as m
    left join nine as n on m.of_indicator_code = n.indicator_code and m.year_meant = n.year
    left join listed as l on m.cell_address = l.cell_address
)

select
    'corridor_headline' as claim_set,
    indicator_code || '@' || period || '=' || claimed_as_printed as claim_id,
    said_by,
    vintage_date::varchar as said_on,
    vintage_date as said_by_day,
    '九城市' || name_zh || '(' || period || '):' || claimed_as_printed as statement_zh,
    name_en || ' of the nine, ' || period || ': ' || claimed_as_printed as statement_en,
    'G60九城市' as subject,
    indicator_code as metric,
    period as period_text,
    claimed_as_printed,
    unit,
    case qualifier
        when 'at_least' then 'above' when 'at_most' then 'nearly' when 'about' then 'about'
        else case when contains(value_as_printed, '/') then 'fraction' else 'equal' end
    end as comparison,
    qualifier = 'at_least' as is_strict,
    value as claimed_value,
    -- 近 is nearness and no mere bound.
    case when qualifier = 'at_most' then closed_low else value_low end as claimed_low,
    value_high as claimed_high,
    '九个成员同一时期的“' || name_zh || '”' as settled_by_zh,
    name_en || ': the figures behind it for all nine, of one period' as settled_by_en,
    source_url,
    printings,
    document_id,
    cell_address,
    case
        when starts_with(statistic, 'listed') then 'on_the_day'
        when statistic = 'ratio_of_sums' then year_meant || '_sums'
        else coalesce(year_meant::varchar, 'none')
    end as reading,
    is_principal,
    case
        when starts_with(statistic, 'listed') then day || '在市公司'
        else year_meant || '年九城市' || {{ statistic_name('statistic', 'zh') }}
    end as reading_zh,
    case
        when starts_with(statistic, 'listed') then 'companies traded on ' || day
        else {{ statistic_name('statistic', 'en') }} || ', ' || year_meant
    end as reading_en,
    case
        when low is null and high is null then null
        when starts_with(statistic, 'listed') then 'listed_companies'
        else statistic
    end as how_computed,
    case when low is not null or high is not null then value_kind end as value_kind,
    computed as value,
    low,
    high,
    missing_zh,
    missing_en
from recomputed
{% endmacro %}

{#- What a statistic of the nine is called. -#}
{% macro statistic_name(statistic, language) -%}
    case {{ statistic }}
        when 'total' then {{ "'之和'" if language == 'zh' else "'sum of the nine'" }}
        when 'share_of_nation' then {{ "'之和占全国比重'" if language == 'zh' else "'share of the nation that the nine make'" }}
        when 'ratio_of_sums' then {{ "'总量之比'" if language == 'zh' else "'ratio of sums of the nine'" }}
        when 'mean_of_ratios' then {{ "'的简单平均'" if language == 'zh' else "'plain mean of the nine'" }}
    end
{%- endmacro %}
