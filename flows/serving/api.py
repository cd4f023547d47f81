"""The few things asked of the scheduler's API, one request at a time."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import httpx

from flows.serving.plan import RAW_CHANGED

Run = dict[str, Any]
PAGE = 200
AT_ONCE = 50
ACTIVE = ("PENDING", "RUNNING", "CANCELLING")


class Api:
    """A client of one Prefect server. Every call raises httpx.HTTPError when the server does not answer."""

    def __init__(self, address: str, seconds: float = 60) -> None:
        timeout = httpx.Timeout(seconds, connect=2)
        self._client = httpx.Client(base_url=address, timeout=timeout, trust_env=False)

    def close(self) -> None:
        self._client.close()

    def answers(self) -> bool:
        try:
            return self._client.get("/health", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    def _post(self, path: str, body: Any) -> Any:
        response = self._client.post(path, json=body)
        response.raise_for_status()
        return response.json() if response.content else None

    def runs(self, flow_runs: dict[str, Any], sort: str = "ID_DESC", limit: int | None = None) -> list[Run]:
        """Runs that match a filter of Prefect's, page by page, all of them unless `limit` says fewer."""
        found: list[Run] = []
        while limit is None or len(found) < limit:
            size = PAGE if limit is None else min(PAGE, limit - len(found))
            body = {"flow_runs": flow_runs, "sort": sort, "limit": size, "offset": len(found)}
            page = self._post("/flow_runs/filter", body)
            found += page
            if len(page) < size:
                break
        return found

    def set_states(self, runs: list[Run], state: str, message: str, force: bool = False) -> None:
        """Give runs a state, in bundles that each take a second or two."""
        for start in range(0, len(runs), AT_ONCE):
            ids = [run["id"] for run in runs[start : start + AT_ONCE]]
            body = {
                "flow_runs": {"id": {"any_": ids}},
                "state": {"type": state, "message": message},
                "force": force,
                "limit": AT_ONCE,
            }
            self._post("/flow_runs/bulk_set_state", body)

    def free_slots(self) -> None:
        """Set every concurrency limit back to none taken."""
        for limit in self._post("/v2/concurrency_limits/filter", {}):
            if limit["active_slots"]:
                path = f"/v2/concurrency_limits/{limit['id']}"
                self._client.patch(path, json={"active_slots": 0}).raise_for_status()

    def tell_raw_changed(self, inputs: str) -> None:
        """Emit the event that the deployment's automation waits for."""
        event = {
            "id": str(uuid.uuid4()),
            "event": RAW_CHANGED,
            "occurred": dt.datetime.now(dt.UTC).isoformat(),
            "resource": {"prefect.resource.id": "g60.raw", "prefect.resource.name": "raw files"},
            "payload": {"fingerprint": inputs},
        }
        self._post("/events", [event])

    def deployments(self) -> dict[str | None, str]:
        """Names of the deployments by their id."""
        return {found["id"]: found["name"] for found in self._post("/deployments/filter", {})}

    def awaits_raw_changed(self, since: dt.datetime) -> bool:
        """Whether the automation of the runner that started at `since` listens already."""
        found = self._post("/automations/filter", {})
        return any(
            one["enabled"]
            and one["name"].endswith(RAW_CHANGED)
            and dt.datetime.fromisoformat(one["created"]) >= since
            for one in found
        )
