"""Where a copy goes, read from what the user wrote. Its password is kept out of all that is ever shown."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from flows.errors import G60Error

URL = re.compile(r"postgres(?:ql)?://(?:(?P<login>[^/?]*)@)?(?P<hosts>[^/?@]*)(?P<rest>[/?].*)?", re.DOTALL)
HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?")
PAIR = re.compile(r"\s*(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)\s*")
SECRET = {"password", "sslpassword"}
CONNECT_SECONDS = 10
FORMS = "write postgresql://user@host/name, ducklake:postgres:dbname=name host=host or ducklake:FILE.ducklake"
ENCODED = "write its special signs as %40 and the like, or leave the password to PGPASSWORD or ~/.pgpass"


@dataclass(frozen=True)
class Target:
    """A database that copies go to. `address` is what libpq gets, or the path of a DuckLake's own file; it
    has no password in it."""

    kind: Literal["postgres", "ducklake"]
    address: str
    is_file: bool = False
    password: str | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def shown(self) -> str:
        """The target as users may see it."""
        is_url = self.is_file or self.address.startswith("postgresql:")
        address = self.address if is_url else f"postgres:{self.address}"
        return self.hidden(address if self.kind == "postgres" else f"ducklake:{address}")

    def hidden(self, text: str) -> str:
        """A text without any password of this target."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


def read_target(text: str) -> Target:
    """The target that a user wrote. Raises G60Error without repeating what cannot be read: it may hold a
    password."""
    text = text.strip()
    if text.startswith("ducklake:"):
        catalogue = text.removeprefix("ducklake:")
        if catalogue.startswith(("postgres:", "postgresql:")):
            return read_address("ducklake", catalogue)
        if catalogue.endswith(".ducklake"):
            return Target("ducklake", str(Path(catalogue).expanduser().resolve()), is_file=True)
    elif text.startswith(("postgres:", "postgresql:")):
        return read_address("postgres", text)
    raise G60Error("this is no database that copies can go to", "TARGET", FORMS)


def read_address(kind: Literal["postgres", "ducklake"], text: str) -> Target:
    if "://" not in text.partition("=")[0]:
        return read_keywords(kind, text.partition(":")[2])
    found = URL.fullmatch(text)
    if not found or not all(HOST.fullmatch(host) for host in found["hosts"].split(",")):
        raise G60Error("the address of the database cannot be read", "TARGET", ENCODED)
    user, _, password = (found["login"] or "").partition(":")
    path, mark, options = (found["rest"] or "").partition("?")
    kept, secrets = [], [password]
    for option in options.split("&") if mark else []:
        name, _, value = option.partition("=")
        if name in SECRET:
            secrets.append(value)
        if name == "password":
            password = value
        else:
            kept.append(option)
    login = f"{user}@" if user else ""
    address = f"postgresql://{login}{found['hosts']}{path}" + (f"?{'&'.join(kept)}" if kept else "")
    return Target(kind, address, password=unquote(password) or None, secrets=longest(secrets))


def read_keywords(kind: Literal["postgres", "ducklake"], text: str) -> Target:
    """The other form that libpq knows: `host=… dbname=…`."""
    kept, secrets, password, at = [], [], "", 0
    while at < len(text):
        found = PAIR.match(text, at)
        if not found:
            raise G60Error("the address of the database cannot be read", "TARGET", FORMS)
        at = found.end()
        name, value = found[1], found[2]
        plain = re.sub(r"\\(.)", r"\1", value[1:-1] if value.startswith("'") else value)
        if name in SECRET:
            secrets += [plain, value]
        if name == "password":
            password = plain
        else:
            kept.append(f"{name}={value}")
    return Target(kind, " ".join(kept), password=password or None, secrets=longest(secrets))


def longest(secrets: list[str]) -> tuple[str, ...]:
    """Each secret as it is written and as it is meant; the longest first, as one may be part of another."""
    forms = {form for one in secrets for form in (one, unquote(one)) if form}
    return tuple(sorted(forms, key=len, reverse=True))


@contextlib.contextmanager
def libpq(target: Target) -> Iterator[None]:
    """The environment that libpq reads while we copy: the password, which hence is in no text that could be
    shown, and, unless the user set them, our name and a limit on waiting for a server that is not there."""
    wanted = {"PGAPPNAME": "g60 copy", "PGCONNECT_TIMEOUT": str(CONNECT_SECONDS), **os.environ}
    if target.password:
        wanted["PGPASSWORD"] = target.password
    names = ("PGAPPNAME", "PGCONNECT_TIMEOUT", "PGPASSWORD")
    before = {name: os.environ.get(name) for name in names}
    try:
        os.environ.update({name: wanted[name] for name in names if name in wanted})
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
