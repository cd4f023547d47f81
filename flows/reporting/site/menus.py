"""What the menus of every page lead to; an entry without its page is left out."""

from __future__ import annotations

# Chinese, English, entries; an entry is an address, Chinese, English.
Menu = tuple[str, str, list[tuple[str, str, str]]]

DBT = "dbt/index.html"

MENUS: list[Menu] = [
    (
        "数据",
        "Data",
        [
            ("index.html#places", "九地", "The nine"),
            ("indicators.html", "指标", "Indicators"),
            ("metrics.html", "度量", "Metrics"),
            ("tables.html", "数据表", "Tables"),
            ("documents.html", "来源", "Sources"),
        ],
    ),
    (
        "指数",
        "Index",
        [
            ("index.html#index", "协同创新指数", "Collaborative innovation index"),
            ("index_uncertainty.html", "有几分把握", "How sure it is"),
            ("index_explained.html", "名次的由来", "Why the ranks are so"),
            ("method.html", "方法", "Method"),
            ("validation.html", "验证", "Validation"),
        ],
    ),
    (
        "走廊",
        "Corridor",
        [
            ("claims.html", "论断", "Claims"),
            ("coordination.html", "协调", "Coordination"),
            ("chains.html", "产业链", "Chains"),
            ("network.html", "网络", "Networks"),
            ("registers.html", "登记表", "Registers"),
        ],
    ),
    (
        "可信",
        "Trust",
        [
            ("quality.html", "质量", "Quality"),
            ("release.html", "本次发布", "This release"),
            ("lineage.html", "列的由来", "Column lineage"),
            ("entities.html", "表间关系", "Entities"),
            (DBT, "dbt 文档", "dbt docs"),
        ],
    ),
    (
        "取用",
        "Use",
        [
            ("examples.html", "查询示例", "Example queries"),
            ("exports.html", "下载", "Downloads"),
            ("access.html", "连接", "Connect"),
            ("growth.html", "规模", "Growth"),
        ],
    ),
]
