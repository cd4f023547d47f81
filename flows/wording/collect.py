"""Every sentence that the code says, found in its source: what a catalogue has to have.

`python -m flows.wording.collect` prints those that none has yet as rows to be filled in and put into a file
of catalogue/.
"""

from __future__ import annotations

import ast
import csv
import itertools
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from flows.wording.sentences import HOLE, catalogue

FLOWS = Path(__file__).resolve().parent.parent
# Functions by the places of what they say: G60Error(what, where, remedy), print_line(console, label, text).
FAULTS = {"G60Error": (0, 1, 2), "NothingPublished": (0, 2), "InUse": (0, 2), "GateClosed": (0, 2)}
SAID = {
    **FAULTS,
    "ReleaseHeld": (0, 2),
    "print_line": (1, 2),
    "print_sentence": (1,),
    "said": (0,),
    "waiting": (0,),
    "Example": (1,),
}
# Of these the last ones are what and remedy, or reason and remedy.
BY_MODULE: dict[str, dict[str, tuple[int, ...]]] = {
    "indexing": {"Fault": (0, 1)},
    "landing": {"Rejected": (3, 4), "refused": (1, 2), "ValueError": (0,)},
}
METHODS = {"say": (0, 1), "note": (0,), "done": (0,), "step": (0,)}
LONGEST = 200
STAGING = FLOWS.parent / "dbt_project" / "models" / "staging"
# What SQL of staging says of a row that it refuses.
REFUSING = re.compile(r"\bcase\b(?:(?!\bend as ).)*\bend as reject_(?:reason|remedy)\b", re.DOTALL)

CALL = re.compile(r"\b(?:coalesce|trim|replace|format|concat_ws)\((?:'[^']*'|[^()'])*\)")
# What follows a `then` or an `else`, up to the next word of the case that is in no text.
SAYING = re.compile(
    r"\b(?:then|else)\b(.*?)(?=\b(?:when|else|end|case)\b(?![^']*'(?:[^']*'[^']*')*[^']*$))", re.DOTALL
)


def sentences() -> dict[str, str]:
    """Each template that the code says, with the file that says it first."""
    found: dict[str, str] = {}
    for file in sorted(FLOWS.rglob("*.py")):
        name = file.relative_to(FLOWS.parent).as_posix()
        for template in said_in(ast.parse(file.read_text(encoding="utf-8")), file):
            if is_sentence(template):
                found.setdefault(template, name)
    for file in sorted(STAGING.rglob("*.sql")):
        for template in refusals_in(file.read_text(encoding="utf-8")):
            if is_sentence(template):
                found.setdefault(template, file.relative_to(FLOWS.parent).as_posix())
    return found


def refusals_in(sql: str) -> Iterator[str]:
    """The reasons and remedies of a model, with a hole for each column in them."""
    plain = re.sub(r"\{\{.*?\}\}", HOLE, sql, flags=re.DOTALL)
    for case in REFUSING.findall(plain):
        calls = 1
        while calls:
            # Innermost first; only what a function gives is a hole, and brackets in a text are text.
            case, calls = re.subn(CALL, HOLE, case)
        for said in SAYING.findall(case):
            pieces = re.findall(r"'([^']*)'|([^\s|'][^|']*)", said)
            text = "".join(literal if literal or not other.strip() else HOLE for literal, other in pieces)
            # What begins with a blank is the end of another sentence.
            if not text.startswith(" "):
                yield text.replace(HOLE + HOLE, HOLE)


def missing() -> dict[str, str]:
    """Those that no catalogue has, with the file that says them."""
    known = catalogue()
    there = known.whole.keys() | {HOLE.join(template.pieces) for template in known.templates}
    return {template: file for template, file in sentences().items() if template not in there}


def is_sentence(template: str) -> bool:
    """Whether there is anything to translate: a path, a command or a mere hole has nothing."""
    words = template.replace(HOLE, " ")
    if template.startswith(("g60 ", "--")) and "see " not in template:
        return False
    return any(word.isalpha() and word.isascii() and len(word) > 1 for word in words.split())


def said_in(tree: ast.Module, file: Path) -> Iterator[str]:
    """What the calls of a module say; and the help of its commands."""
    own = {
        name: places
        for part, said in BY_MODULE.items()
        if part in file.parts
        for name, places in said.items()
    }
    said = {**SAID, **own}
    for scope in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))):
        values = assigned(scope)
        for node in ast.walk(scope):
            if not isinstance(node, ast.Call):
                continue
            yield from help_of(node)
            name = name_of(node.func)
            places = METHODS.get(name, ()) if isinstance(node.func, ast.Attribute) else said.get(name, ())
            for place in places:
                if place < len(node.args):
                    yield from templates(node.args[place], values)
        if isinstance(scope, ast.FunctionDef) and any(is_command(one) for one in scope.decorator_list):
            yield " ".join((ast.get_docstring(scope) or "").split())


def name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def is_command(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return name_of(called) in {"command", "callback"}


def help_of(call: ast.Call) -> Iterator[str]:
    """The help of an option or an argument."""
    if name_of(call.func) in {"Option", "Argument", "Typer"}:
        for keyword in call.keywords:
            if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value)


def assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """What each name is set to, anywhere in a function."""
    values: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=False))
                for one, value in pairs:
                    if isinstance(one, ast.Name):
                        values.setdefault(one.id, []).append(value)
        elif isinstance(node, ast.NamedExpr):
            values.setdefault(node.target.id, []).append(node.value)
    return values


def templates(value: ast.expr, values: dict[str, list[ast.expr]], depth: int = 0) -> list[str]:
    """The templates that an expression may be; a hole for what only the run knows."""
    if depth > 4:
        return [HOLE]
    if isinstance(value, ast.Constant):
        return [value.value] if isinstance(value.value, str) else []
    if isinstance(value, ast.JoinedStr):
        parts = [
            [str(part.value)]
            if isinstance(part, ast.Constant)
            else inner(part.value, values, depth)
            if isinstance(part, ast.FormattedValue)
            else [HOLE]
            for part in value.values
        ]
        return joined(parts)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return joined([templates(value.left, values, depth + 1), templates(value.right, values, depth + 1)])
    if isinstance(value, ast.IfExp):
        return templates(value.body, values, depth + 1) + templates(value.orelse, values, depth + 1)
    if isinstance(value, ast.BoolOp):
        return [one for part in value.values for one in templates(part, values, depth + 1)]
    if isinstance(value, ast.Dict):
        return [one for part in value.values for one in templates(part, values, depth + 1)]
    if isinstance(value, ast.Subscript):
        found = templates(value.value, values, depth + 1)
        return found if found != [HOLE] else [HOLE]
    if isinstance(value, ast.Name) and value.id in values:
        return [one for part in values[value.id] for one in templates(part, values, depth + 1)] or [HOLE]
    return [HOLE]


def inner(value: ast.expr, values: dict[str, list[ast.expr]], depth: int) -> list[str]:
    """What is put into a sentence: its own choices where it says them there, else a hole."""
    if isinstance(value, ast.IfExp) and all(
        isinstance(one, ast.Constant | ast.JoinedStr) for one in (value.body, value.orelse)
    ):
        return templates(value, values, depth + 1)
    return [HOLE]


def joined(parts: Iterable[list[str]]) -> list[str]:
    return ["".join(chosen) for chosen in itertools.product(*parts)][:LONGEST]


def main() -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(("en", "zh"))
    writer.writerows((template, "") for template in missing())


if __name__ == "__main__":
    main()
