"""A Spark session: found, set up, started in silence, stopped.

Two settings of the environment choose the cluster: `G60_SPARK_MASTER`, as `local[4]` or `spark://host:7077`,
and `G60_SPARK_CONF`, a file of settings as Spark's own spark-defaults.conf, which go before those set here.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import G60Error

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER, CONF = "G60_SPARK_MASTER", "G60_SPARK_CONF"
SILENT = Path(__file__).with_name("log4j2.properties")
LONGEST = 300


def settings(folder: Path, master: str = "local[*]", memory: str = "1g") -> dict[str, str]:
    """The settings of a session that works in a folder: ours, and before them those of the user's file."""
    quiet = f"-Dlog4j2.configurationFile={SILENT.as_uri()}"
    own = {
        "spark.app.name": "g60",
        "spark.master": master,
        "spark.driver.memory": memory,
        "spark.ui.enabled": "false",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": local(folder / "tables"),
        "spark.local.dir": str(folder / "scratch"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        # As other engines read it; the default is a type that the format has given up.
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.parquet.compression.codec": "zstd",
        # Small tables in one piece, large ones in as many as they have megabytes for.
        "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    }
    given = read_settings()
    for options in ("spark.driver.extraJavaOptions", "spark.executor.extraJavaOptions"):
        given[options] = f"{quiet} {given.get(options, '')}".strip()
    if MASTER in os.environ:
        given["spark.master"] = os.environ[MASTER]
    if given.get("spark.master", master).startswith("local"):
        # Driver and executors share the machine: nothing listens beyond it.
        own |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return own | given


def local(path: Path) -> str:
    """A path as Spark reads it, whatever its default file system is: as it is written, nothing encoded."""
    return f"file://{path}"


def read_settings() -> dict[str, str]:
    """What the file of settings says. Raises G60Error where it is not there or a line is no setting."""
    if not (name := os.environ.get(CONF)):
        return {}
    path = Path(name).expanduser()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise G60Error("the settings of Spark cannot be read", str(path), f"correct {CONF}") from error
    found = {}
    for number, line in enumerate(lines, 1):
        if not (text := line.strip()) or text.startswith("#"):
            continue
        key, _, value = re.sub(r"[\s=]+", " ", text, count=1).partition(" ")
        if not key.startswith("spark.") or not value:
            raise G60Error(
                f"'{text}' is no setting of Spark", f"{path}:{number}", "write it as: spark.some.name value"
            )
        found[key] = value
    return found


@contextlib.contextmanager
def session(folder: Path, master: str = "local[*]", memory: str = "1g") -> Iterator[SparkSession]:
    """A session with scratch space in the folder, where nothing else is set on this master and with so much
    memory. Raises G60Error where Spark does not start."""
    from pyspark import SparkConf
    from pyspark.logger import PySparkLogger
    from pyspark.sql import SparkSession

    # Its Python side logs every refused statement with plan and stack, beside raising it.
    PySparkLogger.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    wanted = settings(folder, master, memory)
    master = wanted["spark.master"]
    (folder / "scratch").mkdir(parents=True, exist_ok=True)
    if master.startswith("local-cluster") and "SPARK_HOME" not in os.environ:
        os.environ["SPARK_HOME"] = str(home_of_workers(folder / "home"))
    builder = SparkSession.builder.config(conf=SparkConf(loadDefaults=False).setAll(list(wanted.items())))
    try:
        with said_to(folder / "spark.log"):
            started = builder.getOrCreate()
    except Exception as error:
        what = f"Spark did not start on {master}: {sentence_of(error)}"
        raise G60Error(what, str(folder / "spark.log"), f"correct {MASTER} or {CONF}") from error
    try:
        yield started
    finally:
        # A cluster that is gone cannot be told goodbye.
        with contextlib.suppress(Exception):
            started.stop()
        shutil.rmtree(folder / "scratch", ignore_errors=True)


def home_of_workers(folder: Path) -> Path:
    """Spark's own folder over again, as links: the workers of a local cluster write into theirs."""
    import pyspark

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in Path(pyspark.__file__).parent.iterdir():
        (folder / path.name).symlink_to(path)
    return folder


def require_spark() -> None:
    """Raises G60Error where Spark, or a Java for it to run on, is not installed."""
    if not (find_spec("pyspark") and find_spec("dbt.adapters.spark")):
        remedy = "install the extra spark, or run make .venv/.spark"
        raise G60Error("Spark is not installed", "pyspark", remedy)
    home = os.environ.get("JAVA_HOME")
    if not (Path(home, "bin", "java").is_file() if home else shutil.which("java")):
        where = f"JAVA_HOME={home}" if home else "java"
        raise G60Error("Java is not installed", where, "run apt-get install openjdk-17-jre-headless")


@contextlib.contextmanager
def said_to(log: Path) -> Iterator[None]:
    """Let what the starting Java prints, and prints from then on, go to a file: it is not for the user."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            for number, copy in enumerate(kept, 1):
                os.dup2(copy, number)
                os.close(copy)


def sentence_of(error: object) -> str:
    """The one line of an error of Spark that says what happened, without the plan and the stack after it."""
    text = str(error)
    # A condition in brackets heads what Spark says of itself, wherever the trace around it has put that.
    start = re.search(r"\[[A-Z][A-Z0-9_.]+\] ", text)
    lines = text[start.start() if start else 0 :].strip().splitlines()
    line = re.split(r";?\s*SQLSTATE: |; line \d", " ".join((lines or ["it said nothing"])[0].split()))[0]
    line = line.rstrip(" .;:")
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def executors(spark: SparkSession) -> list[dict[str, Any]]:
    """The executors that did the tasks of a session (locally the driver): id, address, tasks done."""
    found = spark.sparkContext._jsc.sc().statusStore().executorList(False)
    each = (found.apply(place) for place in range(found.size()))
    return [
        {"id": one.id(), "address": one.hostPort(), "tasks": one.completedTasks()}
        for one in each
        if one.completedTasks()
    ]
