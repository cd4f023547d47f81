{#- Three firsts, each a statement that a link or a scenario of the registers bears out or not: metro networks joined
    across provinces, different vendors at the two ends of a link, a scenario in industry, each known by the day of the
    claim. That nobody else was earlier would need the links of the rest of the country, so the registers bound the count
    from below and prove none. -#}
{% macro claim_S25() %}
select
    {{ reading('borne_out', '登记的线路与场景所支持的条数', 'how many the links and scenarios bear out', is_principal=true) }},
    {{ counted('(f.joined + f.mixed + f.industry)', is_complete=false) }},
    concat_ws(
        '、',
        case when f.joined = 0 then '城域网跨省市互通的线路' end,
        case when f.mixed = 0 then '两端厂商不同的线路' end,
        case when f.industry = 0 then '工业场景' end,
        '全国同类的最早日期'
    ) as missing_zh,
    concat_ws(
        ', ',
        case when f.joined = 0 then 'a link of metro networks across provinces' end,
        case when f.mixed = 0 then 'a link with different vendors at its ends' end,
        case when f.industry = 0 then 'a scenario in industry' end,
        'the earliest dates of the like in the country'
    ) as missing_en
from (
    select
        count(*) as links,
        coalesce(
            bool_or(
                a.parent_code <> b.parent_code
                and (e.class_code = 'metro' or regexp_matches(e.attributes['joins'], '(?i)metro|城域网'))
            ), false
        )::integer as joined,
        coalesce(bool_or(e.attributes['from_vendor'] <> e.attributes['to_vendor']), false)::integer as mixed,
        (
            select coalesce(bool_or(regexp_matches(s.field_text, '电力|工业|制造|能源|industr|power|manufactur')), false)::integer
            from {{ registered('quantum_scenarios') }} as s
            where s.date_from <= {{ said_on('S25') }}
        ) as industry
    from {{ registered('quantum_links') }} as e
    left join {{ ref('place') }} as a on e.place_code = a.place_code
    left join {{ ref('place') }} as b on e.to_place_code = b.place_code
    where e.date_from <= {{ said_on('S25') }}
) as f
where f.links > 0
{% endmacro %}
