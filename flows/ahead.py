"""A refresh begun before its flow: the scheduler comes up beside the work, and the flow's tasks then join it.

Prefect needs seconds to import and, where no server runs, more to start one. The work does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread

from flows.pipeline import Refresh, Step
from flows.settings import Paths

Wrap = Callable[[str, Step], Step]


class Ahead:
    """One refresh in a thread of its own, told step by step to whoever joins."""

    def __init__(self, refresh: Refresh) -> None:
        self.refresh = refresh
        refresh.wrap = self.noted
        self.begun: SimpleQueue[str | None] = SimpleQueue()
        self.ended: SimpleQueue[BaseException | None] = SimpleQueue()
        self.outcome: Future[str] = Future()
        self.thread = Thread(target=self.run, name="refresh", daemon=True)
        self.thread.start()

    def run(self) -> None:
        try:
            self.outcome.set_result(self.refresh.run())
        except BaseException as error:
            self.outcome.set_exception(error)
        finally:
            self.begun.put(None)

    def noted(self, name: str, step: Step) -> Step:
        def work() -> None:
            self.begun.put(name)
            try:
                step()
            except BaseException as error:
                self.ended.put(error)
                raise
            self.ended.put(None)

        return work

    def join(self, wrap: Wrap) -> str:
        """Follow the refresh to its end, each of its steps as `wrap` makes it. Returns the id of the release
        readers hold. Raises what the refresh raised.
        """
        while (name := self.begun.get()) is not None:
            try:
                wrap(name, self.await_step)()
            except Exception:
                self.outcome.result()
                raise
        return self.outcome.result()

    def await_step(self) -> None:
        if error := self.ended.get():
            raise error

    def abandon(self) -> None:
        """Stop the refresh, unless it is over, and wait until it has let go of the warehouse."""
        self.refresh.give_up()
        self.thread.join()


begun: dict[Paths, Ahead] = {}


def begin(refresh: Refresh) -> Ahead:
    """Start the work now for a flow run that is about to begin in this process."""
    begun[refresh.where] = ahead = Ahead(refresh)
    return ahead


def take(where: Paths) -> Ahead | None:
    """What was begun for this warehouse, once."""
    return begun.pop(where, None)
