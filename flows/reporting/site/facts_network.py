"""What the page of networks says, read from the release database: named lists of rows."""

from __future__ import annotations

ENCLAVES = "reverse_innovation_enclave"

# Links with the names of their ends.
NAMED_LINK = """
    select l.*, a.name_zh as from_name_zh, a.name_en as from_name_en, b.name_zh as to_name_zh,
        b.name_en as to_name_en
    from marts.fct_link as l
    inner join marts.dim_place as a on l.from_place_code = a.place_code
    inner join marts.dim_place as b on l.to_place_code = b.place_code
"""
QUERIES = {
    "network": "select * from marts.mart_network order by value_kind desc, measure, counting, year desc",
    "network_place": """
        select * from marts.mart_network_place
        order by measure, value_kind, counting, year desc, strength_rank, place_code
    """,
    # The latest year of each network.
    "network_link": """
        select * from marts.mart_link_matrix
        qualify year = max(year) over (partition by measure, value_kind, counting)
        order by measure, value_kind, counting, value desc, from_place_code, to_place_code
    """,
    # Since when each enclave is known, and what says so.
    "network_entry": f"""
        select l.from_place_code, l.to_place_code, min(l.period) as first_period,
            string_agg(distinct l.cell_address, ' ; ' order by l.cell_address) as cell_address
        from marts.fct_link as l
        where l.measure = '{ENCLAVES}' and l.counting = 'full'
        group by l.from_place_code, l.to_place_code
    """,
    "network_margin": f"""
        {NAMED_LINK}
        where
            l.method = 'printed'
            and (a.place_kind in ('area', 'corridor') or b.place_kind in ('area', 'corridor'))
        order by l.measure, l.period desc, l.from_place_code, l.to_place_code
    """,
    # What somebody printed or registered; events added up are on the page of networks.
    "place_link": f"""
        {NAMED_LINK}
        where l.value_kind = 'observed' and l.counting = 'full' and l.method in ('printed', 'register')
        order by l.measure, l.year desc, l.period desc, l.from_place_code, l.to_place_code
    """,
    "link_measure": "select * from staging.link_measure",
}
