"""What the page of the registers says, read as the other facts are."""

from __future__ import annotations

# Things of one register with the Chinese and English name of their class and places.
THINGS = """
    select e.*, c.name_zh as class_zh, c.name_en as class_en,
        list_transform(coalesce(e.place_codes, []), lambda x: n.zh[x]) as places_zh
    from marts.fct_register_entry as e
    left join staging.register_class as c
        on e.register_name = c.register_name and e.class_code = c.class_code
    cross join (
        select map_from_entries(list(struct_pack(k := place_code, v := name_zh))) as zh from marts.dim_place
    ) as n
    where e.register_name in ('{register}') and e.is_latest
    order by {order}, length(e.cell_address), e.cell_address
"""

QUERIES = {
    "register": """
        select * from marts.mart_register order by name_zh is null, name_zh, register_name
    """,
    "centre": "select * from marts.mart_verification_centre order by batch, centre_no",
    "centre_field": """
        select class_code, name_zh, name_en from staging.register_class
        where register_name = 'concept_verification_centres' order by sort_no
    """,
    "base": THINGS.format(register="tech_transfer_demo_bases", order="e.class_code"),
    "sharing_kind": """
        select class_code, name_zh, name_en, class_code <> 'other' and parent_code is null as of_the_four
        from staging.register_class where register_name = 'sharing' order by sort_no
    """,
    "sharing": """
        select * from marts.mart_sharing
        order by not is_of_the_four, sharing_kind, side = 'offered', starts_on, posting_id
    """,
    # The last count of each place and certificate, whichever way it was come by.
    "certificate": """
        select * from marts.mart_certificate
        qualify row_number() over (
            partition by stock_basis = 'counted', certificate, place_code, place_part
            order by counted_on desc, stock_basis, cell_address
        ) = 1
        order by measure desc, certificate, place_part is not null, value desc, place_code
    """,
    "star": "select * from marts.mart_star_listing order by place_code, counted_on desc",
    "target": """
        select * from marts.mart_target
        order by superseded_on is not null, due_on, plan, length(cell_address), cell_address
    """,
    "platform": THINGS.format(register="platform", order="e.class_code, e.valid_from"),
    "landmark_result": THINGS.format(register="landmark_result", order="e.entry is null"),
    "visit": THINGS.format(register="visit", order="e.valid_from"),
    # Every version of a policy, with its targets.
    "policy": """
        select e.*, c.name_zh as class_zh, c.name_en as class_en, p.name_zh as place_zh,
            (
                select count(*) from marts.mart_target as t where t.policy_cell_address = e.cell_address
            ) as targets
        from marts.fct_register_entry as e
        left join staging.register_class as c
            on e.register_name = c.register_name and e.class_code = c.class_code
        left join marts.dim_place as p on e.place_code = p.place_code
        where e.register_name = 'policy'
        order by e.version_date, e.entry
    """,
    # The last period of each indicator, and of those with other places the last that has them.
    "source_profile": """
        select s.*
        from marts.mart_source_profile as s
        left join marts.dim_indicator as i on s.indicator_code = i.indicator_code
        qualify row_number() over (
            partition by s.indicator_code, s.stated_rank is not null
            order by s.others_known > 0 desc, s.period_end desc nulls last, s.period desc
        ) = 1
        order by s.others_known = 0,
            list_position(['economy', 'innovation', 'industry', 'trade', 'finance'], i.domain) nulls last,
            s.indicator_code, s.stated_rank is not null
    """,
}
