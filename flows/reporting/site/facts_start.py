"""What the start page tells beyond the figures: sources that are late."""

from __future__ import annotations

QUERIES = {
    # One row a series, the one with most places first; lateness is reckoned on the day the view is read.
    "late": """
        select series_code, series_name_zh, series_name_en, count(*) as places, max(days_late) as days_late,
            min(due_on) as due_since, any_value(as_of) as as_of,
            list(place_code order by place_code) as place_codes
        from marts.mart_freshness where is_late
        group by series_code, series_name_zh, series_name_en
        order by places desc, days_late desc, series_code
    """,
}
