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
HIDDEN = "***"
CONNECT_SECONDS = 10
FORMS = "write postgresql://user@host/name, ducklake:postgres:dbname=name host=host or ducklake:FILE.ducklake"
ENCODED = "write its special signs as %40 and the like, or leave the password to PGPASSWORD or ~/.pgpass"


@dataclass(frozen=True)
class Target:
    """A database that copies go to.

    `address` is what libpq gets, without the password, or the path of a DuckLake's own file; `shown` is the
    target as users may see it.
    """

    kind: Literal["postgres", "ducklake"]
    address: str
    shown: str
    is_file: bool = False
    password: str | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def hidden(self, text: str) -> str:
        """What somebody else said, without any password of this target."""
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
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
            file = str(Path(catalogue).expanduser().resolve())
            return Target("ducklake", file, f"ducklake:{file}", is_file=True)
    elif text.startswith(("postgres:", "postgresql:")):
        return read_address("postgres", text)
    raise G60Error("this is no database that copies can go to", "TARGET", FORMS)


def read_address(kind: Literal["postgres", "ducklake"], text: str) -> Target:
    """An address in either of libpq's forms: a URL, or words after `postgres:`."""
    text = re.sub(r"^postgres:(?=postgres(ql)?://)", "", text)
    prefix = "ducklake:" if kind == "ducklake" else ""
    if "://" in text.partition("=")[0]:
        head, options, sign = *read_url(text), "&"
    else:
        head, options, sign = "", read_words(text.partition(":")[2]), " "
        prefix += "postgres:"
    password, secrets = "", []
    kept, shown = [], []
    for option, written, meant in options:
        if option in SECRET:
            secrets += [written, meant]
        if option == "password":
            password = meant
        else:
            kept.append(f"{option}={written}")
            shown.append(f"{option}={HIDDEN if option in SECRET else written}")
    mark = "?" if head and kept else ""
    # The longest first, as one may be part of another.
    hidden = tuple(sorted({*secrets} - {""}, key=len, reverse=True))
    address, public = head + mark + sign.join(kept), prefix + head + mark + sign.join(shown)
    return Target(kind, address, public, password=password or None, secrets=hidden)


# Options by name, as they are written and as they are meant.
Options = list[tuple[str, str, str]]


def read_url(text: str) -> tuple[str, Options]:
    """A URL without its options and its password, which is made one of the options."""
    found = URL.fullmatch(text)
    if not found or not all(HOST.fullmatch(host) for host in found["hosts"].split(",")):
        raise G60Error("the address of the database cannot be read", "TARGET", ENCODED)
    user, _, password = (found["login"] or "").partition(":")
    path, _, query = (found["rest"] or "").partition("?")
    pairs = [("password", password)] if password else []
    pairs += [(name, value) for name, _, value in (one.partition("=") for one in query.split("&")) if name]
    login = f"{user}@" if user else ""
    head = f"postgresql://{login}{found['hosts']}{path}"
    return head, [(name, value, unquote(value)) for name, value in pairs]


def read_words(text: str) -> Options:
    """The other form that libpq knows: `host=… dbname=…`."""
    options: Options = []
    at = 0
    while at < len(text):
        found = PAIR.match(text, at)
        if not found:
            raise G60Error("the address of the database cannot be read", "TARGET", FORMS)
        name, value = found.groups()
        plain = re.sub(r"\\(.)", r"\1", value[1:-1] if value.startswith("'") else value)
        options.append((name, value, plain))
        at = found.end()
    return options


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
