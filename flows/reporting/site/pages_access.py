"""The page that shows how to ask: the file and the SQL endpoint, each from the programs people have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Snippet:
    """A way to ask, as it can be copied. `runs` names the interpreter that the tests run it with."""

    name: str
    zh: str
    en: str
    code: str
    runs: str | None = None


QUESTION = "select * from marts.mart_collaborative_innovation_index where year = 2022"
FILE = [
    Snippet(
        "Python",
        "pip install duckdb;结果可取为元组、pandas、Arrow 或 polars。",
        "pip install duckdb; take the result as tuples, pandas, Arrow or polars.",
        f"""import duckdb

with duckdb.connect("g60.duckdb", read_only=True) as g60:
    rows = g60.execute("{QUESTION}").fetchall()
    frame = g60.execute("select * from marts.fct_indicator where indicator_code = ?", ["gdp"]).df()
    table = g60.execute("select * from marts.dim_place").fetch_arrow_table()""",
        "python",
    ),
    Snippet(
        "pandas, polars, Arrow",
        "不用 DuckDB 也行:每张表另有 Parquet 文件。",
        "Also without DuckDB: every table is there as Parquet.",
        """import pandas
import pyarrow.parquet

gdp = pandas.read_parquet("parquet/fct_indicator.parquet").query("indicator_code == 'gdp'")
places = pyarrow.parquet.read_table("parquet/dim_place.parquet")
# import polars; polars.scan_parquet("parquet/fct_indicator.parquet")""",
        "python",
    ),
    Snippet(
        "R",
        'install.packages("duckdb")',
        'install.packages("duckdb")',
        f"""library(duckdb)

g60 <- dbConnect(duckdb(), "g60.duckdb", read_only = TRUE)
index <- dbGetQuery(g60, "{QUESTION}")
dbDisconnect(g60, shutdown = TRUE)""",
    ),
    Snippet(
        "DuckDB CLI",
        "1.2 及以后的版本。",
        "Version 1.2 or later.",
        f'duckdb -readonly g60.duckdb "{QUESTION}"',
    ),
    Snippet(
        "DBeaver",
        "新建连接,选 DuckDB,路径填 g60.duckdb;驱动属性加 duckdb.read_only = true。",
        "New connection, DuckDB, the path of g60.duckdb; set the driver property duckdb.read_only = true.",
        "jdbc:duckdb:/path/to/g60.duckdb\nduckdb.read_only=true",
    ),
    Snippet(
        "Excel",
        "数据 → 获取数据 → 自文件 → Parquet(或 CSV 文件夹);Power Query 高级编辑器中:",
        "Data → Get Data → From File → Parquet (or the folder of CSV); in Power Query's editor:",
        'Parquet.Document(File.Contents("C:\\g60\\parquet\\fct_indicator.parquet"))',
    ),
    Snippet(
        "g60",
        "一条语句,或交互终端(附加组件 sql)。",
        "One statement, or an interactive terminal (extra sql).",
        f'g60 query "{QUESTION}"\ng60 sql',
    ),
]
ENDPOINT = [
    Snippet(
        "psql",
        "用户名任意;口令为令牌,放进环境变量则不入命令历史。",
        "Any user name; the token is the password, kept out of the shell's history by the variable.",
        f"""export PGPASSWORD="$(cat warehouse/sql_token)"
psql "host=127.0.0.1 port=5460 dbname=g60 user=g60" -c "{QUESTION}"
psql "host=127.0.0.1 port=5460 dbname=g60 user=g60" -c "\\d+ marts.fct_indicator\"""",
        "sh",
    ),
    Snippet(
        "Python (psycopg)",
        'pip install "psycopg[binary]"',
        'pip install "psycopg[binary]"',
        f"""import os
import psycopg

token = os.environ["PGPASSWORD"]
with psycopg.connect("host=127.0.0.1 port=5460 dbname=g60 user=g60", password=token) as g60:
    rows = g60.execute("{QUESTION}").fetchall()
    gdp = g60.execute("select * from marts.fct_indicator where indicator_code = %s", ["gdp"]).fetchall()""",
        "python",
    ),
    Snippet(
        "DBeaver, JDBC",
        "新建连接,选 PostgreSQL;数据库 g60,用户任意,口令为令牌。表与列的说明随之可见。",
        "New connection, PostgreSQL; database g60, any user, the token as password. Tables and columns "
        "show their descriptions.",
        "jdbc:postgresql://127.0.0.1:5460/g60",
    ),
    Snippet(
        "R (RPostgres)",
        'install.packages("RPostgres")',
        'install.packages("RPostgres")',
        f"""library(DBI)

g60 <- dbConnect(RPostgres::Postgres(), host = "127.0.0.1", port = 5460, dbname = "g60",
                 user = "g60", password = Sys.getenv("PGPASSWORD"))
index <- dbGetQuery(g60, "{QUESTION}")
dbDisconnect(g60)""",
    ),
    Snippet(
        "Excel, Power BI (ODBC)",
        "先装 psqlODBC 驱动;Power Query 高级编辑器中:",
        "With the psqlODBC driver installed; in Power Query's editor:",
        'Odbc.Query("driver={PostgreSQL Unicode(x64)};server=127.0.0.1;port=5460;database=g60",\n'
        f'  "{QUESTION}")',
    ),
]
COPIES = [
    Snippet(
        "PostgreSQL",
        "口令交给 PGPASSWORD、~/.pgpass 或 service;模式默认为 g60,另用 --schema。",
        "Leave the password to PGPASSWORD, ~/.pgpass or a service; the schema is g60, or that of --schema.",
        """g60 copy postgresql://user@host/name
psql "host=host dbname=name user=user" -c "select release_id from g60.meta_release"
psql "host=host dbname=name user=user" -c "\\d+ g60.fct_indicator\"""",
    ),
    Snippet(
        "DuckLake",
        "目录在 PostgreSQL 中,数据为文件夹中的 Parquet;每个版本一个快照,都可读。",
        "The catalogue in PostgreSQL, the data as Parquet in a folder; a snapshot a release, all readable.",
        """g60 copy 'ducklake:postgres:dbname=lake host=host' --data /srv/lake
duckdb -c "attach 'ducklake:postgres:dbname=lake host=host' as lake (read_only);
select snapshot_id, commit_message from lake.snapshots();
from lake.g60.fct_indicator at (version => 1) limit 5\"""",
    ),
]


def access_page() -> dict[str, Any]:
    return {"file": FILE, "endpoint": ENDPOINT, "copies": COPIES}
