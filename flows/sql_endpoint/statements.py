"""What a client's SQL is: taken apart, judged, and its parameters put in. Nothing here touches data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from flows.sql_endpoint.messages import Refused

TOKEN = re.compile(
    r"""
      (?P<space> \s+ | --[^\n]* | /\*(?:[^*]|\*(?!/))*\*/ )
    | (?P<string> [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | \$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?\$(?P=tag)\$ )
    | (?P<quoted> "(?:[^"]|"")*" )
    | (?P<parameter> \$\d+ )
    | (?P<word> [^\W\d][\w$]* )
    | (?P<end> ; )
    | (?P<other> \d[\w.]* | :: | . )
    """,
    re.VERBOSE | re.DOTALL,
)
READING = re.compile(
    r"\s*\(*\s*(select|from|with|values|table|show|describe|desc|summarize|explain|pivot|unpivot)\b", re.I
)
# Functions that a select may call and that would change what other statements of the process meet, evaluate a
# text as SQL behind the back of the check, or read memory by its address. To stand anywhere is enough.
CLOSED = re.compile(
    r"""\b(?: (?:en|dis)able_\w+ | verify_\w+ | write_log | \w*duckdb_logs\w* | duckdb_log_contexts
    | (?:force_)?checkpoint | json_execute_serialized_sql | arrow_scan\w* | pandas_scan | python_map_function
    | pg_sleep | query (?=["\s]* (?:\(|/\*|--)) ) """,
    re.IGNORECASE | re.VERBOSE,
)
# After these a text of no known type is a list.
LISTED = (("any", "("), ("some", "("), ("all", "("))
READ_ONLY = "25006"
ONLY_READ = "a release is only read: write select, with, values, show, describe, summarize or explain"


@dataclass(frozen=True)
class Token:
    kind: str
    text: str


def tokens(sql: str) -> Iterator[Token]:
    for found in TOKEN.finditer(sql):
        kind = found.lastgroup if found.lastgroup != "tag" else "string"
        assert kind
        yield Token(kind, found.group())


def split(sql: str) -> list[str]:
    """The statements of a text, without those that are empty."""
    statements, said = [""], [False]
    for token in tokens(sql):
        if token.kind == "end":
            statements.append("")
            said.append(False)
        else:
            statements[-1] += token.text
            said[-1] |= token.kind != "space"
    return [statement.strip() for statement, anything in zip(statements, said, strict=True) if anything]


@dataclass(frozen=True)
class Answer:
    """What is answered without any data: a tag, what it changes of the session, perhaps a line to show."""

    tag: str
    transaction: bool | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[str, str] | None = None
    forgets: bool = False


SHOWN = {
    "server_version": "15.0",
    "server_version_num": "150000",
    "server_encoding": "UTF8",
    "client_encoding": "UTF8",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "integer_datetimes": "on",
    "standard_conforming_strings": "on",
    "transaction_read_only": "on",
    "default_transaction_read_only": "on",
    "transaction_isolation": "repeatable read",
    "default_transaction_isolation": "repeatable read",
    "search_path": "marts, main, meta",
    "max_identifier_length": "63",
    "lc_collate": "C",
    "extra_float_digits": "3",
    "is_superuser": "off",
    "in_hot_standby": "off",
    "bytea_output": "hex",
}
# What the endpoint itself decides; a client that would set it is told so.
OURS = (
    "threads",
    "memory_limit",
    "max_memory",
    "temp_directory",
    "enable_external_access",
    "lock_configuration",
)
TRANSACTION = re.compile(
    r"(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release)\b(.*)", re.I | re.S
)
SETTING = re.compile(
    r"""set\s+(?:session\s+|local\s+)?(?:(?P<zone>time\s+zone)\s+|(?P<name>[\w.]+)\s*(?:=|\bto\b)\s*)(?P<value>.+)""",
    re.I | re.S,
)
CHARACTERISTICS = re.compile(r"set\s+(?:session\s+characteristics\s+as\s+)?transaction\b", re.I)
QUIET = re.compile(
    r"(reset|discard|deallocate|listen|unlisten|set\s+session\s+authorization\s+default)\b", re.I
)
SHOW = re.compile(r"show\s+(?P<name>transaction\s+isolation\s+level|time\s+zone|[\w.]+)\s*$", re.I)
SET_CONFIG = re.compile(
    r"select\s+(?:pg_catalog\.)?set_config\s*\(\s*'([\w.]+)'\s*,\s*'([^']*)'\s*,\s*\w+\s*\)\s*$", re.I
)
NAMES = {"transaction isolation level": "transaction_isolation", "time zone": "timezone"}


def answered(statement: str, settings: Mapping[str, str]) -> Answer | None:
    """The answer to what clients say about their session; None for what asks for data.

    Transactions are granted and mean nothing: a release never changes. Raises Refused for settings of the
    endpoint's own.
    """
    statement = re.sub(r"^\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*", "", statement, flags=re.S)
    if found := TRANSACTION.match(statement):
        word = found[1].split()[0].upper()
        if re.search(r"\bread\s+write\b", found[2], re.I):
            return Answer(word, transaction=True)
        begins = word in ("BEGIN", "START")
        if word in ("SAVEPOINT", "RELEASE") or (
            word == "ROLLBACK" and re.match(r"(?:\s+\w+)?\s+to\b", found[2], re.I)
        ):
            return Answer(word)
        return Answer(
            "BEGIN" if begins else "ROLLBACK" if word in ("ROLLBACK", "ABORT") else "COMMIT", begins
        )
    if CHARACTERISTICS.match(statement):
        return Answer("SET")
    if found := SETTING.match(statement):
        name = "timezone" if found["zone"] else found["name"].lower()
        return set_to(name, found["value"])
    if found := QUIET.match(statement):
        return Answer(found[1].split()[0].upper(), forgets=found[1].lower() in ("discard", "deallocate"))
    if found := SET_CONFIG.match(statement):
        set_to(found[1].lower(), found[2])
        return Answer("SELECT 1", settings={found[1].lower(): found[2]}, shown=("set_config", found[2]))
    if found := SHOW.match(statement):
        name = " ".join(found["name"].lower().split())
        name = NAMES.get(name, name)
        value = {**SHOWN, **settings}.get(name)
        return None if value is None else Answer("SHOW", shown=(name, value))
    return None


def set_to(name: str, value: str) -> Answer:
    if name in OURS or name.startswith(("enable_", "disable_", "allow", "auto", "custom_", "s3_", "http_")):
        raise Refused("42501", f"{name} is the endpoint's own to decide and cannot be set")
    if name == "client_encoding" and not re.search(r"utf-?8|unicode|default", value, re.I):
        raise Refused("22023", "the endpoint speaks UTF-8 only: set client_encoding to UTF8")
    return Answer("SET", settings={name: value.strip().strip("'\"")})


def checked(statement: str) -> str:
    """A statement that begins like one that reads. Raises Refused, whatever DuckDB would say of it.

    It is the first of three checks: the second is DuckDB's own parser, the third its read-only file.
    """
    bare = re.sub(r"^(?:\s+|--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/)*", "", statement)
    if not READING.match(bare):
        raise Refused(READ_ONLY, ONLY_READ)
    if found := CLOSED.search(statement):
        raise Refused("42501", f"{found[0].strip()} is closed here")
    return statement


def explained(statement: str) -> str | None:
    """What an explain explains, since `explain analyze` runs it; None for anything else."""
    found = re.match(
        r"(?:\s+|--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/)*explain\b(?:\s|--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/|analyze\b|verbose\b|\([^()]*\))*",
        statement,
        re.I,
    )
    return statement[found.end() :] if found else None


def with_parameters(statement: str, literal: Callable[[int, bool], str]) -> str:
    """The statement with each `$n` replaced by what `literal` gives for n, told whether it is a list."""
    out, before = [], ("", "")
    for token in tokens(statement):
        if token.kind == "parameter":
            out.append(literal(int(token.text[1:]), before in LISTED))
        else:
            out.append(token.text)
        if token.kind != "space":
            before = before[1], token.text.lower()
    return "".join(out)


def parameter_count(statement: str) -> int:
    return max((int(token.text[1:]) for token in tokens(statement) if token.kind == "parameter"), default=0)
