"""What the page of metrics says, read from the release database."""

from __future__ import annotations

QUERIES = {
    "metric": "select * from meta.metric order by metric_code",
    "metric_value": """
        select * from marts.mart_metric order by metric_code, place_code = 'G60' desc, place_code, year
    """,
}
