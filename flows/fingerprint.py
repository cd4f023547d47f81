"""One digest of everything a release is a function of: raw files, dbt project, code and engine."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from flows.settings import ROOT, Paths

SKIPPED = {"target", "logs", "__pycache__"}
ENGINES = ("duckdb", "dbt-core", "dbt-duckdb", "pyarrow", "python-calamine", "xlrd", "lxml")


def digest_of(folder: Path, label: str, digest: hashlib._Hash) -> None:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not SKIPPED & set(name.parts) and not name.name.startswith("."):
            digest.update(f"{label}/{name.as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())


def fingerprint(paths: Paths) -> str:
    """Hex SHA-256; the same inputs give the same fingerprint on any machine."""
    digest = hashlib.sha256()
    digest_of(paths.raw, "raw", digest)
    digest_of(paths.project, "dbt_project", digest)
    digest_of(ROOT / "flows", "flows", digest)
    if paths.as_of:
        digest.update(f"as_of {paths.as_of}\0".encode())
    for engine in ENGINES:
        digest.update(f"{engine}=={version(engine)}\0".encode())
    return digest.hexdigest()
