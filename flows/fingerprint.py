"""Digests of everything a release is a function of: raw files, dbt project, code and engines."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from flows.digests import FileDigests
from flows.settings import ROOT, Paths

SKIPPED = {"target", "logs", "__pycache__"}
ENGINES = ("duckdb", "dbt-core", "dbt-duckdb", "pyarrow", "python-calamine", "xlrd", "lxml", "sqlglot")


@dataclass(frozen=True)
class Inputs:
    """One digest a kind of input, so that it can be told which of them moved between two releases."""

    raw: str
    rules: str
    code: str
    engines: str
    as_of: str | None = None

    @property
    def fingerprint(self) -> str:
        """Hex SHA-256 of all of them; the same inputs give the same fingerprint on any machine."""
        return hashlib.sha256(repr(sorted(asdict(self).items())).encode()).hexdigest()


def add_folder(folder: Path, digest: hashlib._Hash, digests: FileDigests) -> None:
    """Names and contents of the files of a folder. One that cannot be read counts as not there."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not SKIPPED & set(name.parts) and not name.name.startswith("."):
            try:
                content = bytes.fromhex(digests.of(path))
            except OSError:
                continue
            digest.update(f"{name.as_posix()}\0".encode(errors="surrogateescape"))
            digest.update(content)


def digest_of(*folders: Path, keep: Path | None = None) -> str:
    """One digest of all that lies in some folders; `keep`: where digests of large files are kept."""
    digest, digests = hashlib.sha256(), FileDigests(keep)
    for folder in folders:
        add_folder(folder, digest, digests)
    digests.save()
    return digest.hexdigest()


def engines() -> str:
    """The versions of the libraries that read, build and write."""
    return " ".join(f"{engine}=={version(engine)}" for engine in ENGINES)


def inputs(paths: Paths) -> Inputs:
    """The inputs as they are on disk now."""
    return Inputs(
        raw=digest_of(paths.raw, keep=paths.digests),
        rules=digest_of(paths.project),
        code=digest_of(ROOT / "flows"),
        engines=engines(),
        as_of=paths.as_of,
    )


def fingerprint(paths: Paths) -> str:
    return inputs(paths).fingerprint
