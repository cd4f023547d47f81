"""What the pages of sources say: the raw files, their cells as read, and what each cell became."""

from __future__ import annotations

# Of a file larger than this, the cells that figures were made from and the first others have an anchor.
SHOWN_CELLS = 20_000
SHOWN_EVENTS = 500
SHOWN_REFUSED = 1_000

# By name: the table that has to be there, and the query. A database without it has no such rows to show.
OPTIONAL = {
    "file": (
        "raw.file",
        """
        select f.document_id, f.file_path, f.source, f.layout, f.format, f.encoding, f.register_name,
            f.event_kind, f.sha256, f.bytes, d.title, d.title_en, d.publisher, d.url, d.published_on,
            d.accessed_on, d.licence, d.note
        from raw.file as f
        left join marts.dim_document as d on f.document_id = d.document_id
        order by f.file_path
        """,
    ),
    "statistic": (
        "raw.statistic",
        f"""
        select s.* exclude (publisher, url)
        from raw.statistic as s
        left join (select distinct cell_address from marts.fct_observation) as o
            on s.cell_address = o.cell_address
        qualify row_number() over (
            partition by s.file_path order by o.cell_address is null, s.row_no, s.column_no, s.cell_address
        ) <= {SHOWN_CELLS}
        order by s.file_path, s.row_no, s.column_no, s.cell_address
        """,
    ),
    "register_cell": (
        "raw.register_cell",
        f"""
        select file_path, cell_address, row_no, column_no, column_name, text from raw.register_cell
        qualify row_number() over (partition by file_path order by row_no, column_no) <= {SHOWN_CELLS}
        order by file_path, row_no, column_no
        """,
    ),
    "event": (
        "raw.event",
        f"""
        select file_path, cell_address, row_no, event_id, on_text, from_text, to_text, parties_text,
            amount_text, unit_text, field_text, note_text
        from raw.event
        qualify row_number() over (partition by file_path order by row_no) <= {SHOWN_EVENTS}
        order by file_path, row_no
        """,
    ),
    "refused": (
        "raw.file",
        f"""
        select q.* from marts.mart_quarantine as q
        qualify row_number() over (partition by q.file_path order by q.cell_address) <= {SHOWN_REFUSED}
        order by q.file_path, q.cell_address
        """,
    ),
}

QUERIES = {
    "figure_cell": """
        select distinct place_code, indicator_code, period, cell_address from marts.fct_observation
        order by all
    """,
}
