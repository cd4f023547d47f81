"""What the page of the chains says, read from the release database: named lists of rows."""

from __future__ import annotations

QUERIES = {
    "chain_cell": """
        select * from marts.mart_satellite_chain
        order by sort_no, place_code
    """,
    "satellite_progress": """
        select * from marts.mart_satellite_progress
        order by date_from nulls last, entry, metric, version_no, target_year, cell_address
    """,
    "quantum_network": """
        select * from marts.mart_quantum_network
        order by list_position(['link', 'metro', 'backbone', 'figure'], element), starts_from nulls last,
            cell_address
    """,
    "quantum_scenario": """
        select s.*, list_transform(s.sector_codes, lambda x: coalesce(c.names[x], x)) as sector_names
        from marts.mart_quantum_scenario as s
        cross join (
            select map_from_entries(list((class_code, name_zh))) as names
            from staging.register_class where register_name = 'quantum_scenarios'
        ) as c
        order by s.place_code nulls last, s.known_by nulls last, s.cell_address
    """,
    "quantum_first": "select * from marts.mart_quantum_first",
    "province": """
        select place_code, name_zh from marts.dim_place where place_kind in ('province', 'municipality')
    """,
}
