"""Tell a webhook when a source is late and when a refresh failed: one block and two automations of Prefect.

The server does the telling, from events. What is posted is JSON whose `text` is a sentence for people; chat
tools that take a `text` show it as it is.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

from prefect.automations import Automation, EventTrigger
from prefect.blocks.webhook import Webhook
from prefect.events.actions import ActionTypes, CallWebhook
from prefect.settings import PREFECT_API_URL
from prefect.types import SecretDict
from pydantic import SecretStr

from flows.errors import G60Error
from flows.freshness import SOURCE_LATE
from flows.server import answers
from flows.serving.plan import checked_webhook

BLOCK = "g60-notify"
LATE = "g60: a source is late"
FAILED = "g60: a refresh failed"
ANSWER_SECONDS = 5

LATE_MESSAGE = """{
 "text": {{ (event.payload.sentence_zh ~ ' ' ~ event.payload.sentence_en) | tojson }},
 "event": {{ event.event | tojson }},
 "series_code": {{ event.payload.series_code | tojson }},
 "days_late": {{ event.payload.days_late | tojson }},
 "places": {{ event.payload.places | tojson }}
}"""
FAILED_MESSAGE = """{
 "text": {{ ('刷新失败,读者仍用上一版本。 A refresh failed, readers keep the last release: '
   ~ event.resource['prefect.state-message']
   | replace('Flow run encountered an exception: ', '') | replace('G60Error: ', '')
   | replace('GateClosed: ', '') | replace('ReleaseHeld: ', '')) | tojson }},
 "event": {{ event.event | tojson }},
 "flow_run": {{ event.resource['prefect.resource.name'] | tojson }},
 "state": {{ event.resource['prefect.state-name'] | tojson }}
}"""


def install_notifications(url: str) -> None:
    """Have the Prefect server of PREFECT_API_URL post to `url` from now on; once more replaces the address.

    An automation that somebody paused stays paused. Raises G60Error for an address that is none and for a
    server that is not there: a temporary one would forget with its end. Call it outside of an event loop.
    """
    checked_webhook(url)
    api = PREFECT_API_URL.value()
    if not api or not answers(api, ANSWER_SECONDS):
        raise G60Error(
            "no Prefect server answers to keep the notifications",
            api or "PREFECT_API_URL is not set",
            "start one with `prefect server start` and name it in PREFECT_API_URL",
        )
    asyncio.run(install(url))


async def install(url: str) -> None:
    """Block and automations, made or brought up to date by their names."""
    webhook = Webhook(url=SecretStr(url), headers=SecretDict({"Content-Type": "application/json"}))
    for automation in automations(await webhook.asave(BLOCK, overwrite=True)):
        try:
            found = await Automation.aread(name=automation.name)
        except ValueError:
            await automation.acreate()
            continue
        automation.id, automation.enabled = found.id, found.enabled
        await automation.aupdate()


def automations(block: UUID) -> list[Automation]:
    """Both automations; `block` is the id of the webhook block that they call."""

    def post(message: str) -> list[ActionTypes]:
        return [CallWebhook(block_document_id=block, payload=message)]

    return [
        Automation(
            name=LATE,
            description="迟到的来源逐一告知 Each late source is told",
            trigger=EventTrigger(
                expect={SOURCE_LATE}, match={"prefect.resource.id": "g60.source.*"}, threshold=1
            ),
            actions=post(LATE_MESSAGE),
        ),
        Automation(
            name=FAILED,
            description="刷新失败或中断即告知 A refresh that failed or crashed is told",
            trigger=EventTrigger(
                expect={f"prefect.flow-run.{state}" for state in ("Failed", "Crashed", "TimedOut")},
                match={"prefect.resource.id": "prefect.flow-run.*"},
                match_related={"prefect.resource.role": "flow", "prefect.resource.name": "refresh"},
                threshold=1,
            ),
            actions=post(FAILED_MESSAGE),
        ),
    ]
