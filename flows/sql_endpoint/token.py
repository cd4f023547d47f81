"""The token that opens the endpoint: made once, kept beside the releases, readable by its owner only."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from flows.errors import G60Error
from flows.settings import Paths

VARIABLE = "G60_SQL_TOKEN"
SHORTEST = 16


def token_file(where: Paths) -> Path:
    return where.warehouse / "sql_token"


def token(where: Paths) -> str:
    """The token of the variable, else of the file, which is made where there is none."""
    if said := os.environ.get(VARIABLE):
        return checked(said, VARIABLE)
    file = token_file(where)
    try:
        with contextlib.suppress(FileExistsError):
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as new:
                new.write(secrets.token_urlsafe(32) + "\n")
        mode = file.stat().st_mode
        said = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        remedy = "mend it or delete it, then start again"
        raise G60Error(f"the token of the SQL endpoint cannot be read: {error}", str(file), remedy) from error
    if mode & 0o077:
        remedy = f"close it with chmod 600 {file}"
        raise G60Error("the token of the SQL endpoint can be read by others", str(file), remedy)
    return checked(said, str(file))


def checked(said: str, where: str) -> str:
    if len(said) < SHORTEST or not said.isascii() or not said.isprintable():
        remedy = f"give {SHORTEST} ASCII characters or more, or delete the file to have one made"
        raise G60Error("the token of the SQL endpoint is too short or not plain", where, remedy)
    return said
