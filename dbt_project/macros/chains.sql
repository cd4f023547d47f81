{#- What a place is part of: itself, what it lies in, and the corridor where it or what it lies in is a member. -#}
{% macro places_within() -%}
    with recursive within as (
        select place_code, place_code as within_code, parent_code, is_member
        from {{ ref('place') }}
        union all
        select w.place_code, p.place_code, p.parent_code, p.is_member
        from within as w
        inner join {{ ref('place') }} as p on w.parent_code = p.place_code
        where p.place_kind not in ('nation', 'world')
    )

    select place_code, within_code from within
    union
    select place_code, 'G60' from within where is_member
{%- endmacro %}

{#- The city of a place: a member, or else the prefecture or municipality that it is or lies in. An area has none. -#}
{% macro cities_of_places() -%}
    select
        w.place_code,
        arg_min(
            c.place_code, case when c.is_member then 1 when c.place_kind = 'prefecture' then 2 else 3 end
        ) as city_code
    from ({{ places_within() }}) as w
    inner join {{ ref('place') }} as c on w.within_code = c.place_code
    where c.is_member or c.place_kind in ('prefecture', 'municipality')
    group by w.place_code
{%- endmacro %}

{#- A row of the registers as accepted, with the span that its date can mean, the cells that have no role, and how far the
    thing has come: unknown where the source does not say, unread where seeds/register_status.csv lacks the wording. -#}
{% macro accepted_entries(register_names) -%}
    select
        e.*,
        s.date_from,
        s.date_to,
        s.attributes,
        s.to_place_detail as to_detail,
        coalesce(
            t.status_code, case when {{ without_brackets("coalesce(e.status, '')") }} = '' then 'unknown' else 'unread' end
        ) as status_code,
        t.name_zh as status_name_zh,
        t.name_en as status_name_en
    from {{ ref('fct_register_entry') }} as e
    inner join {{ ref('stg_register_entry') }} as s on e.cell_address = s.cell_address
    left join {{ ref('register_status') }} as t on regexp_full_match({{ without_brackets('e.status') }}, t.pattern)
    where e.register_name in ({% for name in register_names %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %})
    qualify row_number() over (partition by e.cell_address order by t.sort_no) = 1
{%- endmacro %}
