"""Keep the scheduler and its runner up, watch raw/, tell what ended."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import time
from collections.abc import Callable, Iterator

import httpx
from rich.console import Console

from flows.errors import G60Error
from flows.fingerprint import fingerprint
from flows.release.current import current_release
from flows.release.gate import GateClosed
from flows.release.pending import ReleaseHeld
from flows.serving.api import ACTIVE, Api, Run
from flows.serving.backlog import clear_late, settle, stop_stuck
from flows.serving.child import Child
from flows.serving.plan import HOST, ZONE, Plan, environment
from flows.serving.state import read_state, write_state
from flows.serving.watch import Watch, look_at, seconds_of
from flows.sql_endpoint.token import VARIABLE, token_file
from flows.terminal import print_line

REFRESH = "refresh"
# What the message of a failed run names when a person, and no other try, must help.
REFUSALS = (GateClosed.__name__, ReleaseHeld.__name__)
LOOK_SECONDS = 2.0
ROUND_SECONDS = 4.0
START_SECONDS = 180.0
SILENT_SECONDS = 120.0
RUNNER_END_SECONDS = 8.0
SERVER_END_SECONDS = 5.0
SQL_END_SECONDS = 3.0
LONGEST_PAUSE = 60.0
HEALTHY_SECONDS = 300.0


# Told the addresses each time the scheduler is up.
Announce = Callable[[dict[str, str]], None]


class Stopped(BaseException):
    """A signal asked for the end. No handler of ordinary faults may swallow it."""


class Failed(Exception):
    """The scheduler or its runner ended by itself, or does not answer any more."""


class Supervisor:
    """Keeps the scheduler and its runner up, and asks for a refresh when the raw files call for one."""

    def __init__(self, plan: Plan, docs: str, console: Console, announce: Announce | None = None) -> None:
        self.plan, self.docs, self.console, self.announce = plan, docs, console, announce
        self.api = Api(plan.api)
        self.watch = Watch(lambda: fingerprint(plan.where), read_state(plan.where).get("settled"))
        self.children: list[Child] = []
        self.sql: Child | None = None
        self.sql_failures = 0
        self.sql_started = self.sql_due = 0.0
        self.busy = True
        self.listens = False
        self.answered = self.looked = self.rounded = 0.0
        self.told: set[str] = set()
        self.asked: str | None = None
        self.next_run: str | None = None
        self.since = self.started = dt.datetime.now(dt.UTC)

    def say(self, what: str, words: str) -> None:
        print_line(self.console, what, words)

    def run(self) -> None:
        failures = 0
        try:
            while True:
                began = time.monotonic()
                try:
                    self.start(first=failures == 0)
                    while True:
                        self.keep()
                except Failed as failed:
                    failures = 1 if time.monotonic() - began > HEALTHY_SECONDS else failures + 1
                    pause = min(2.0**failures, LONGEST_PAUSE)
                    self.say("failed", f"{failed}; starting again in {pause:.0f} s")
                    self.stop()
                    until = time.monotonic() + pause
                    while time.monotonic() < until:
                        self.keep_sql()
                        time.sleep(0.5)
        except Stopped:
            self.say("stopping", "what runs is ended, the schedules stay")
            raise
        finally:
            if self.sql:
                self.sql.stop(SQL_END_SECONDS)
            self.stop()
            self.remember(None)
            self.api.close()

    def start(self, first: bool) -> None:
        """Bring up the scheduler, clear what was left behind, then the runner.

        Raises G60Error if the first scheduler does not come up: then a person has to look.
        """
        home = self.plan.home
        (home / "logs").mkdir(parents=True, exist_ok=True)
        self.remember(None)
        self.keep_sql()
        arguments = ["server", "start", "--host", HOST, "--port", str(self.plan.port)]
        server = self.add("server", "flows.serving.scheduler", *arguments)
        until = time.monotonic() + START_SECONDS
        while not self.api.answers():
            self.keep_sql()
            if server.ended or time.monotonic() > until:
                if first:
                    remedy = "its last lines say why"
                    raise G60Error("the scheduler did not start", str(server.log), remedy)
                raise Failed("the scheduler did not start")
            time.sleep(0.2)
        try:
            crashed = settle(self.api)
            cancelled = clear_late(self.api, dt.datetime.now(dt.UTC))
        except httpx.HTTPError as error:
            raise Failed(f"what was left behind cannot be cleared: {error}") from error
        if first:
            self.since = dt.datetime.now(dt.UTC)
        if crashed or cancelled:
            self.say("cleared", f"{crashed} runs that had ended with their runner, {cancelled} late ones")
        self.started = dt.datetime.now(dt.UTC)
        where = self.plan.where
        told = {"cron": self.plan.cron, "raw": str(where.raw), "warehouse": str(where.warehouse)}
        self.add("runner", "flows.serving.runner", json.dumps(told))
        self.busy, self.listens, self.answered = True, False, time.monotonic()
        self.looked = self.rounded = 0.0
        self.say("serving", f"{self.plan.address} (scheduler), {self.docs} (docs)")
        if self.announce:
            sql = {"sql": self.plan.sql.address} if self.plan.sql else {}
            self.announce({"scheduler": self.plan.address, "docs": self.docs} | sql)

    def add(self, name: str, module: str, *arguments: str) -> Child:
        child = self.started_child(name, module, *arguments)
        self.children.append(child)
        return child

    def started_child(self, name: str, module: str, *arguments: str) -> Child:
        log = self.plan.home / "logs" / f"{name}.log"
        env = environment(self.plan, self.docs)
        return Child(name, module, *arguments, env=env, log=log, cwd=self.plan.home)

    def keep_sql(self) -> None:
        """Keep the SQL endpoint up, where it is wanted. It and the scheduler go on without each other."""
        sql, now = self.plan.sql, time.monotonic()
        if sql is None:
            return
        if self.sql and self.sql.ended:
            self.sql_failures = 1 if now - self.sql_started > HEALTHY_SECONDS else self.sql_failures + 1
            pause = min(2.0**self.sql_failures, LONGEST_PAUSE)
            self.say(
                "failed",
                f"the SQL endpoint ended by itself, see {self.sql.log}; starting again in {pause:.0f} s",
            )
            self.sql.stop(0)
            self.sql, self.sql_due = None, now + pause
        if self.sql is None and now >= self.sql_due:
            where = self.plan.where
            self.sql = self.started_child("sql", "flows.sql_endpoint", sql.told(where))
            self.sql_started = now
            said = VARIABLE if os.environ.get(VARIABLE) else str(token_file(where))
            self.say("sql", f"{sql.address}, any user, the token of {said} as password")

    def stop(self) -> None:
        """End the runner and what it runs, tell the scheduler so, and end it too; bounded in time."""
        while self.children:
            child = self.children[-1]
            child.stop(SERVER_END_SECONDS if child.name == "server" else RUNNER_END_SECONDS)
            self.children.pop()
            if child.name == "runner" and not self.children[0].ended:
                # A moment is enough for a scheduler in health, and the next start does it otherwise.
                with contextlib.suppress(httpx.HTTPError), contextlib.closing(Api(self.plan.api, 2)) as api:
                    settle(api)

    def keep(self) -> None:
        """One beat: the children live, the raw files are looked at, the scheduler is heard."""
        for child in self.children:
            if child.ended:
                raise Failed(f"the {child.name} ended by itself, see {child.log}")
        self.keep_sql()
        now = time.monotonic()
        if now - self.rounded >= ROUND_SECONDS:
            self.rounded = now
            with self.answering():
                self.hear()
        if now - self.looked >= LOOK_SECONDS:
            self.looked = now
            # A file may go, or not be ours to read yet, while it is looked at: the next look tells.
            with self.answering(), contextlib.suppress(OSError):
                self.look()
        time.sleep(0.5)

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Bear with a scheduler that is slow or silent for a while. Raises Failed when it is for long."""
        try:
            yield
            self.answered = time.monotonic()
        except httpx.HTTPError as error:
            if time.monotonic() - self.answered > SILENT_SECONDS:
                raise Failed("the scheduler does not answer") from error

    def look(self) -> None:
        where = self.plan.where
        settled = self.watch.settled
        inputs = self.watch.look(look_at(where.raw), self.published(), self.busy, time.time())
        if inputs:
            if inputs != self.asked:
                self.say(
                    "changed",
                    "the raw files, or the code, are not those of the release: a refresh is asked for",
                )
            self.asked = inputs
            self.api.tell_raw_changed(inputs)
        if self.watch.settled != settled:
            self.remember(self.next_run)

    def published(self) -> str | None:
        """The fingerprint of the current release; None also where its manifest cannot be read."""
        try:
            release = current_release(self.plan.where)
        except G60Error:
            return None
        return release.manifest.get("fingerprint") if release else None

    def hear(self) -> None:
        """What ended, what runs, what comes next; and keep the queue short."""
        now = dt.datetime.now(dt.UTC)
        names = self.api.deployments()
        ended = self.api.runs({"end_time": {"after_": self.since.isoformat()}}, "END_TIME_DESC", limit=50)
        for run in reversed([run for run in ended if run["id"] not in self.told]):
            self.told.add(run["id"])
            self.tell(run, names.get(run["deployment_id"]) or str(run["name"]))
        active = self.api.runs({"state": {"type": {"any_": list(ACTIVE)}}})
        waiting = self.api.runs({"state": {"type": {"any_": ["SCHEDULED"]}}}, "EXPECTED_START_TIME_ASC")
        of_refresh = [run for run in active + waiting if names.get(run["deployment_id"]) == REFRESH]
        self.listens = self.listens or self.api.awaits_raw_changed(self.started)
        # A run that nobody scheduled waits for no time: it is about to start.
        self.busy = not self.listens or any(
            run["state_type"] in ACTIVE or not run["auto_scheduled"] for run in of_refresh
        )
        clear_late(self.api, now)
        if stop_stuck(self.api, active, now, self.plan.timeout):
            raise Failed("a run took longer than the limit and does not end")
        coming = [
            moment
            for run in of_refresh
            if run["state_type"] == "SCHEDULED"
            and dt.datetime.fromisoformat(moment := run["expected_start_time"]) > now
        ]
        if self.listens and coming and coming[0] != self.next_run:
            if self.next_run is None:
                at = dt.datetime.fromisoformat(coming[0]).astimezone(ZONE)
                words = f"refresh {at:%Y-%m-%d %H:%M} {ZONE.key}, and whenever {self.plan.where.raw} changes"
                self.say("next", words)
            self.remember(coming[0])

    def tell(self, run: Run, name: str) -> None:
        """One line of a run that ended; the watch hears of refreshes."""
        state, message = run["state_type"], " ".join((run["state"].get("message") or "").split())
        words = f"{name} {run['state_name'].lower()}"
        if state == "COMPLETED" and name == REFRESH:
            with contextlib.suppress(G60Error):
                release = current_release(self.plan.where)
                words += f", release {release.id}" if release else ""
        elif message:
            words += f": {message[:400]}"
        self.say("ended", f"{words} ({run['name']})")
        if name == REFRESH:
            started = seconds_of(run["start_time"]) if run["start_time"] else 0.0
            refused = state == "FAILED" and any(fault in message for fault in REFUSALS)
            self.watch.ended(started, refused)

    def remember(self, next_run: str | None) -> None:
        """For `g60 status`, and for the next `g60 serve`."""
        self.next_run = next_run
        # A full disk must not end what only says how things are.
        with contextlib.suppress(OSError):
            write_state(
                self.plan.where,
                pid=os.getpid(),
                ui=self.plan.address,
                docs=self.docs,
                sql=self.plan.sql.address if self.plan.sql else None,
                next_run=next_run,
                settled=self.watch.settled,
            )
