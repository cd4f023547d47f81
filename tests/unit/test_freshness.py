"""What is said of late sources: sentences, order, and the messages that a webhook gets."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from prefect.server.utilities.user_templates import render_user_template_sync, validate_user_template

from flows.errors import G60Error
from flows.querying.freshness import Standing, late_series, table_of
from flows.serving.notify import FAILED_MESSAGE, LATE_MESSAGE, automations, install_notifications


def standing(place: str, due_on: str, state: str = "late", code: str = "trade", days: int = -1) -> Standing:
    due, today = dt.date.fromisoformat(due_on), dt.date(2026, 3, 1)
    return Standing(
        series_code=code,
        series_zh="货物进出口",
        series_en="Goods trade",
        place_code=place,
        place_zh=f"{place}市",
        place_en=f"City {place}",
        state=state,
        days_late=(today - due).days if state == "late" and days < 0 else max(days, 0),
        last_period=None if state == "never_held" else str(due.year - 2),
        last_published_on=None,
        next_period=str(due.year - 1),
        due_on=due,
        as_of=today,
    )


def test_one_late_place_is_a_sentence_in_either_language() -> None:
    [late] = late_series([standing("A", "2026-01-31")])
    assert late.sentence(is_zh=True) == "货物进出口:A市2025年数据应于2026-01-31前收到,已迟29天。"
    assert late.sentence(is_zh=False) == "Goods trade: 2025 of City A was due on 2026-01-31, 29 days ago."


def test_places_late_with_one_date_stand_together_and_the_others_behind() -> None:
    [late] = late_series(
        [standing("B", "2025-01-31"), standing("C", "2026-01-31"), standing("A", "2025-01-31")]
    )
    assert (
        late.sentence(is_zh=True) == "货物进出口:A市、B市2024年数据应于2025-01-31前收到,已迟394天;C市亦迟。"
    )
    assert late.sentence(is_zh=False) == (
        "Goods trade: 2024 of City A, City B was due on 2025-01-31, 394 days ago; also late: City C."
    )


def test_the_latest_series_comes_first_and_what_is_not_late_is_not_told() -> None:
    late = late_series(
        [
            standing("A", "2026-01-31", code="young"),
            standing("A", "2027-01-31", state="on_time", code="fine"),
            standing("A", "2019-01-31", state="never_held", code="absent"),
            standing("A", "2026-02-20", state="due", code="graced"),
            standing("A", "2025-01-31", code="old"),
        ]
    )
    assert [series.code for series in late] == ["old", "young"]


def test_a_payload_is_plain_json_with_every_place_and_its_days() -> None:
    [late] = late_series([standing("A", "2025-01-31"), standing("B", "2026-01-31")])
    said = json.loads(json.dumps(late.payload()))
    assert (said["series_code"], said["next_period"], said["due_on"]) == ("trade", "2024", "2025-01-31")
    assert said["days_late"] == 394
    assert [(p["place_code"], p["days_late"]) for p in said["places"]] == [("A", 394), ("B", 29)]


def test_a_table_shows_days_only_where_something_is_late() -> None:
    rows = table_of([standing("A", "2026-01-31"), standing("B", "2019-01-31", state="never_held")])
    assert [row["迟到天数 days late"] for row in rows] == ["29", ""]
    assert [row["已有 held"] for row in rows] == ["2024", ""]
    assert rows[1]["状态 state"] == "从未收到 never held"


@pytest.mark.parametrize("template", [LATE_MESSAGE, FAILED_MESSAGE])
def test_the_scheduler_takes_the_template(template: str) -> None:
    validate_user_template(template)


def render(template: str, event: str, resource: dict[str, str], payload: dict[str, Any]) -> dict[str, Any]:
    """The message as the scheduler makes it, read as JSON."""
    happened = SimpleNamespace(event=event, resource=resource, payload=payload)
    return dict(json.loads(render_user_template_sync(template, {"event": happened})))


def test_the_message_of_a_late_source_is_json_with_a_sentence() -> None:
    [late] = late_series([standing('A "quoted" \\ {{ 1 }}', "2026-01-31")])
    said = render(LATE_MESSAGE, "g60.source.late", {}, late.payload())
    assert said["text"] == f"{late.sentence(is_zh=True)} {late.sentence(is_zh=False)}"
    assert said["days_late"] == 29
    assert said["places"] == late.payload()["places"]


def test_the_message_of_a_failed_refresh_names_the_failure_whatever_is_in_it() -> None:
    resource = {
        "prefect.resource.name": "swift-otter",
        "prefect.state-name": "Failed",
        "prefect.state-message": 'three_sectors_make_gdp failed:\n"苏州市" <b> \\',
    }
    said = render(FAILED_MESSAGE, "prefect.flow-run.Failed", resource, {})
    assert resource["prefect.state-message"] in said["text"]
    assert (said["flow_run"], said["state"]) == ("swift-otter", "Failed")


def test_a_failed_refresh_is_told_and_no_other_flow() -> None:
    late, failed = (automation.trigger for automation in automations(UUID(int=0)))
    assert late.model_dump()["expect"] == {"g60.source.late"}
    said = failed.model_dump()
    assert {"prefect.flow-run.Failed", "prefect.flow-run.Crashed"} <= said["expect"]
    assert said["match_related"] == {"prefect.resource.role": "flow", "prefect.resource.name": "refresh"}


@pytest.mark.parametrize(
    "url", ["", "hooks.example/x", "ftp://example.org", "https:///key", "file:///etc/hosts"]
)
def test_what_is_no_web_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(G60Error, match="this is no web address") as refused:
        install_notifications(url)
    assert not url or url not in str(refused.value)
