"""The one kind of error a user meets: what happened, where, and what to do about it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

NO_SPACE = ("no space left on device", "disk full", "file too large", "disk quota exceeded")


class G60Error(Exception):
    """A fault that a reader of the message can mend; shown as one sentence, never as a traceback.

    `status` is the exit status of a command that ends with it.
    """

    status = 1

    def __init__(self, what: str, where: str, remedy: str) -> None:
        super().__init__(f"{what} ({where}); {remedy}.")
        self.what, self.where, self.remedy = what, where, remedy

    def __reduce__(self) -> tuple[type[G60Error], tuple[str, str, str]]:
        # The scheduler pickles exceptions to show them; the default would pass one argument of three.
        return type(self), (self.what, self.where, self.remedy)


class NothingPublished(G60Error):
    """There is no release to read yet."""

    status = 3


class InUse(G60Error):
    """Somebody else has what is needed: the warehouse, or a port."""

    status = 4


def in_words(error: BaseException, where: Path) -> BaseException:
    """What stopped a run, as a sentence where it is the disk or the rights on it; anything else as it is."""
    said = str(error)
    if is_out_of_space(error) or any(sign in said.lower() for sign in NO_SPACE):
        remedy = "free some space or name another folder with --warehouse, then refresh again"
        return G60Error("the disk is full", str(where), remedy)
    if isinstance(error, OSError) and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        path = os.fsdecode(error.filename) if error.filename else str(where)
        remedy = "give the user of the refresh the right to write there, or name another with --warehouse"
        return G60Error(f"the warehouse cannot be written: {error.strerror}", path, remedy)
    return error


def is_out_of_space(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
