"""`g60 serve`: hold the warehouse, serve the docs, and supervise until one signal ends all of it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import NoReturn

from rich.console import Console

from flows.reporting.serve import docs_server
from flows.serving.plan import HOST, Plan, Wanted, planned
from flows.serving.state import hold
from flows.serving.supervise import Announce, Stopped, Supervisor
from flows.settings import Paths


def stop_on_signals() -> None:
    """Have the first SIGINT or SIGTERM raise Stopped; those that follow change nothing, the end is near."""

    def stop(number: int, _: object) -> NoReturn:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)
        raise Stopped(number)

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, stop)


def serve(where: Paths, wanted: Wanted, console: Console, announce: Announce | None = None) -> None:
    """Serve until a signal; `announce` is told the addresses.

    Raises G60Error when another serves, a port is taken or the scheduler fails.
    """
    try:
        stop_on_signals()
        with hold(where):
            plan = planned(where, wanted)
            with serving_docs(plan) as docs:
                Supervisor(plan, docs, console, announce).run()
    except Stopped:
        return


@contextlib.contextmanager
def serving_docs(plan: Plan) -> Iterator[str]:
    """The docs of whatever release is current, from a thread of this process. Gives their address."""
    with docs_server(plan.where, plan.docs_port, "--docs-port", before_first=True) as server:
        threading.Thread(target=server.serve_forever, name="docs", daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}/"
        server.shutdown()
