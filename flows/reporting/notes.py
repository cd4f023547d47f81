"""Release notes made from the data: what a reader finds that the release before did not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.engine import connect

Rows = list[tuple[Any, ...]]
LISTED = 30
DOCUMENTS = """
    select case when o.document_id is null then 'new' else 'gone' end as what,
        coalesce(n.title, o.title), coalesce(n.publisher, o.publisher),
        coalesce(n.published_on, o.published_on)
    from (select * from marts.dim_document where document_kind = 'cited' or sha256 is not null) as n
    full outer join before.marts.dim_document as o on n.document_id = o.document_id
    where o.document_id is null or n.document_id is null
    order by 1 desc, 2
"""
FILES = """
    select n.file_path
    from raw.file as n inner join before.raw.file as o on n.file_path = o.file_path
    where n.sha256 is distinct from o.sha256
    order by 1
"""
FIGURES = """
    select c.indicator, coalesce(i.name_en, w.name_en, c.indicator_code),
        count(*) filter (c.kind = 'new'), count(*) filter (c.kind = 'changed'),
        count(*) filter (c.kind = 'gone'),
        string_agg(distinct c.why, '; ' order by c.why)
    from meta.change as c
    left join marts.dim_indicator as i on c.indicator_code = i.indicator_code
    left join staging.framework as w on c.indicator_code = w.framework
    group by all
    order by count(*) desc, 1
"""
RANKS = """
    select n.place_name_zh, n.place_name_en, n.year, o.score, n.score, o.rank, n.rank, f.name_zh, f.name_en
    from marts.mart_collaborative_innovation_index as n
    inner join staging.framework as f on n.framework = f.framework
    inner join before.marts.mart_collaborative_innovation_index as o
        on n.framework = o.framework and n.place_code = o.place_code and n.year = o.year
    where n.rank is distinct from o.rank
    order by n.framework, n.year desc, n.rank nulls last
"""
VERDICTS = """
    select n.claim_id, n.statement_zh, n.statement_en, o.verdict, n.verdict
    from marts.mart_claim as n
    inner join before.marts.mart_claim as o on n.claim_id = o.claim_id
    where n.verdict is distinct from o.verdict
    order by n.claim_id
"""
HEAD = "select * from meta.release"
NONE = "无 None."


def listed(rows: Rows, line: str) -> list[str]:
    """A bullet a row, of many the first ones."""
    found = [f"- {line.format(*('–' if value is None else value for value in row))}" for row in rows[:LISTED]]
    more = len(rows) - LISTED
    return [*found, *([f"- … {more} 条 more"] if more > 0 else [])] or [NONE]


def release_notes(database: Path, before: Path | None) -> str:
    """Markdown in Chinese and English. `before` is the database of the release before, None for the first."""
    with connect(database, read_only=True) as connection:
        about = connection.execute(HEAD)
        names = [column[0] for column in about.description or []]
        release = dict(zip(names, about.fetchone() or (), strict=True))
        lines = [f"# 版本说明 Release notes {release['release_id']}", ""]
        lines.append(
            f"{release['documents']} 份来源 documents, {release['cells_read']} 个单元格 cells: "
            f"{release['cells_landed']} 入库 landed, {release['cells_quarantined']} 隔离 quarantined, "
            f"{release['cells_not_data']} 非数据 not data. "
            f"{release['tests_passed']} 项检验通过 tests passed, {release['tests_warned']} 项提示 warned."
        )
        if release["accepted"]:
            lines += ["", f"差异超限,经人工放行 Beyond its limits and accepted: {release['accepted']}"]
        if before is None:
            return "\n".join([*lines, "", "首个版本。 The first release.", ""])
        connection.execute(f"attach '{before}' as before (read_only)")
        sections = {
            "新增与消失的来源 Documents that came and went": (DOCUMENTS, "{0}: {1} ({2}, {3})"),
            "内容变动的文件 Files that changed": (FILES, "`{0}`"),
            "变动的数 Figures that changed": (FIGURES, "{0} {1}: +{2}, ~{3}, −{4} ({5})"),
            "名次变动 Ranks that changed": (
                RANKS,
                "{7} {8}, {0} {1} {2}: {3:.1f} → {4:.1f}, 第 rank {5} → {6}",
            ),
            "论断判定变动 Verdicts that changed": (VERDICTS, "{0} {1} {2}: {3} → {4}"),
        }
        for title, (sql, line) in sections.items():
            lines += ["", f"## {title}", "", *listed(connection.execute(sql).fetchall(), line)]
    return "\n".join([*lines, ""])
