"""The one kind of error a user meets: what happened, where, and what to do about it."""

from __future__ import annotations


class G60Error(Exception):
    """A fault that a reader of the message can mend; shown as one sentence, never as a traceback."""

    def __init__(self, what: str, where: str, remedy: str) -> None:
        super().__init__(f"{what} ({where}); {remedy}.")
        self.what, self.where, self.remedy = what, where, remedy

    def __reduce__(self) -> tuple[type[G60Error], tuple[str, str, str]]:
        # The scheduler pickles exceptions to show them; the default would pass one argument of three.
        return type(self), (self.what, self.where, self.remedy)
