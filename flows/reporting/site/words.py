"""The words of the warehouse in Chinese and English, as the pages show them."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup

Pair = tuple[str, str]

WORDS: dict[str, dict[str, Pair]] = {
    "domain": {
        "economy": ("经济", "Economy"),
        "innovation": ("创新", "Innovation"),
        "industry": ("产业", "Industry"),
        "trade": ("外贸外资", "Trade and investment"),
        "finance": ("金融", "Finance"),
        "population": ("人口", "Population"),
        "environment": ("环境与空间", "Environment and space"),
    },
    "kind": {
        "observed": ("刊印值", "printed"),
        "derived": ("推算值", "derived"),
        "bound": ("界限值", "bound"),
        "imputed": ("插补值", "imputed"),
    },
    "status": {
        "preliminary": ("初步数", "preliminary"),
        "final": ("最终数", "final"),
        "revised": ("修订数", "revised"),
        "unknown": ("未注明", "not stated"),
    },
    "qualifier": {
        "exact": ("确数", "exact"),
        "at_least": ("不少于", "at least"),
        "at_most": ("不超过", "at most"),
        "about": ("约", "about"),
    },
    "gap": {
        "not_applicable": ("该口径当年不适用", "the counting rule did not hold in these years"),
        "not_found": ("该年未找到数字", "no figure found for these years"),
        "never_found_for_place": ("该地从未找到数字", "no figure ever found for this place"),
        "census_years_only": ("仅普查年份有数", "counted in census years only"),
        "part_year_only": ("只有非全年数字", "only part-year figures"),
        "other_counting_rule": ("只有其他口径的数字", "only figures under another counting rule"),
        "printed_as_missing": ("来源标为无数据", "the source prints a mark for no figure"),
        "quarantined": ("数字已隔离", "the figure is in quarantine"),
    },
    "imputation": {
        "interpolated": ("线性内插", "interpolated"),
        "carried": ("邻年沿用", "carried"),
        "peer_median": ("其余成员中位数", "peer median"),
        "weighted mean of the nine": ("九城市加权平均", "weighted mean of the nine"),
    },
    "revision": {
        "same_figure": ("同一数字", "the same figure"),
        "revision": ("修订", "revision"),
        "census_back_revision": ("普查追溯修订(序列中断)", "back-revision to a census (break in series)"),
        "boundary_change": ("区划调整(序列中断)", "boundary change (break in series)"),
    },
    "disagreement": {
        "revision": ("修订", "revision"),
        "conflict": ("不能同真", "cannot both be right"),
        "definition": ("口径或所指不同", "count or mean different things"),
        "undecided": ("变动或矛盾,无从判断", "a move or a conflict: cannot be told"),
        "not_found": ("未能发现", "not found"),
    },
    "correction": {
        "drop": ("剔除", "dropped"),
        "override": ("改写", "overridden"),
        "scale": ("换算", "scaled"),
        "flag": ("标记有误", "flagged as faulty"),
    },
    "verdict": {
        "reproduced": ("可复现", "reproduced"),
        "consistent": ("相容", "consistent"),
        "contradicted": ("矛盾", "contradicted"),
        "not_decidable": ("无法判定", "not decidable"),
        "not_numeric": ("非数值", "not numeric"),
    },
    "comparison": {
        "equal": ("等于", "equal"),
        "about": ("约", "about"),
        "nearly": ("近", "nearly"),
        "at_least": ("不少于", "at least"),
        "above": ("高于", "above"),
        "exceeds": ("超出", "exceeds"),
        "in_band": ("在区间内", "in a band"),
        "fraction": ("几分之一", "one part in so many"),
        "growth": ("增长", "growth"),
        "count": ("个数", "a count"),
        "named": ("列名", "named"),
        "dated": ("日期", "a date"),
        "exists": ("存在", "exists"),
        "text": ("文字", "words"),
    },
    "claim_unit": {
        "percentage points": ("个百分点", "percentage points"),
        "places": ("个地区", "places"),
        "cities": ("个城市", "cities"),
        "results": ("项成果", "results"),
        "fields": ("个领域", "fields"),
        "kinds": ("类", "kinds"),
        "segments": ("段", "segments"),
        "principles": ("项原则", "principles"),
        "batches": ("批", "batches"),
        "firsts": ("个率先", "firsts"),
        "units": ("家", "units"),
        "mm": ("毫米", "mm"),
    },
    "verdict_meaning": {
        "reproduced": (
            "复算结果即为所称数值:各项输入齐备,或所缺输入在其区间内任取一值结果不变。",
            "The recomputed value is what was claimed: every input is known, or any value that a missing "
            "input can take gives the same answer.",
        ),
        "consistent": (
            "各项输入(插补值取其区间)所允许的区间与所称相交,或他处也刊印、声明、登记了同一数值;既未证实,也未推翻。",
            "The interval that the inputs allow, filled ones within theirs, meets the claim, or it was "
            "printed, declared or registered elsewhere too; neither confirmed nor refuted.",
        ),
        "contradicted": (
            "各项输入(插补值取其区间)所允许的区间不包含所称数值。",
            "The interval that the inputs allow, filled ones within theirs, excludes the claim.",
        ),
        "not_decidable": (
            "缺少输入,且无任何界限可用。",
            "Inputs are missing and nothing bounds them.",
        ),
        "not_numeric": ("论断不含可检验的数值。", "The claim holds no number to test."),
    },
    "target_verdict": {
        "met": ("达成", "met"),
        "missed": ("未达成", "missed"),
        "on_track": ("进度相符", "on track"),
        "not_yet_due": ("未到期", "not yet due"),
        "no_actual": ("无可判之数", "no figure decides it"),
        "superseded": ("已被取代", "replaced"),
    },
    "stock_basis": {
        "printed_register": ("登记表刊印", "printed in a register"),
        "printed_figure": ("公报等刊印", "printed in a bulletin"),
        "counted": ("由单个资质计数", "counted from single certificates"),
    },
    "how_computed": {
        "share_of_nation": ("九城市合计 ÷ 全国", "the nine together ÷ the nation"),
        "share_of_world": ("九城市合计 ÷ 全球", "the nine together ÷ the world"),
        "total": ("九城市合计", "the nine together"),
        "mean_of_ratios": ("九个比率的简单平均", "plain mean of nine ratios"),
        "ratio_of_sums": ("总量之比", "ratio of sums"),
        "growth": ("两时点之间的增长", "growth between two points"),
        "growth_gap": ("九城市与全国年均增速之差", "yearly growth of the nine less the nation's"),
        "listed_companies": ("某日在市的公司", "companies traded on a day"),
        "arithmetic": ("由另一论断推算", "arithmetic on another claim"),
        "printed_total": ("由走廊刊印的总量推算", "from totals that the corridor prints"),
        "printed": ("他处刊印的数值", "printed elsewhere"),
        "declared": ("有据声明", "declared, with dated evidence"),
        "register": ("登记表计数", "entries of a register"),
        "open_register": ("不完整登记表计数(下限)", "entries of an incomplete register (lower bound)"),
        "none": ("未能复算", "not recomputed"),
    },
    "claim_set": {
        "founding_article": ("创始文章的论断", "Claims of the founding article"),
        "corridor_headline": ("走廊公开数字", "Figures printed for the corridor as a whole"),
        "published_index": ("公开指数的算术", "The arithmetic of published indices"),
    },
    "element": {
        "actual": ("实际", "reached"),
        "plan": ("计划", "planned"),
    },
    "entity_kind": {
        "base": ("基地", "base"),
        "cluster": ("集群", "cluster"),
        "fund": ("基金", "fund"),
        "project": ("项目", "project"),
    },
    "first_verdict": {
        "holds": ("成立", "holds"),
        "contradicted": ("不成立", "contradicted"),
        "not_decidable": ("无法判定", "not decidable"),
    },
    "state": {
        "operating": ("已运行或落地", "operating or settled"),
        "building": ("在建或待投产", "being built, or not yet producing"),
        "planned": ("计划或协议", "planned or agreed only"),
        "ended": ("已终止或被否认", "ended or denied"),
        "unknown": ("未载明", "not stated"),
        "unread": ("写法未识别", "wording not known"),
    },
    "target_change": {
        "postponed": ("推迟", "put off"),
        "next_step": ("下一步", "next step"),
        "repeated": ("重申", "repeated"),
        "revised": ("修改", "revised"),
    },
    "subsystem": {
        "innovation": ("创新子系统", "Innovation subsystem"),
        "economy": ("经济子系统", "Economy subsystem"),
    },
    "composite": {
        "innovation_economy": ("创新与经济", "innovation and economy"),
        "nine_innovation": ("九个成员的创新", "innovation of the nine"),
        "nine_economy": ("九个成员的经济", "economy of the nine"),
    },
    "basis": {
        "base_year": ("对基期", "Against the base year"),
        "previous_year": ("对上年", "Against the year before"),
    },
    "span": {
        "declared": ("所定年段", "declared span"),
        "longest_of_all_nine": ("九地俱有据的最长年段", "longest span of all nine"),
    },
    "ranking_kind": {
        "rank_list": ("刊印的位次", "printed ranks"),
        "published_figure": ("公开数字", "published figure"),
    },
    "how": {
        "base": ("基期", "base year"),
        "stated": ("照刊", "as printed"),
        "derived": ("由年均增速推算", "from the printed yearly pace"),
    },
    "impute": {
        "none": ("不在此步填补", "nothing is filled at this step"),
        "mean": ("同期均值", "mean of the period"),
        "median": ("同期中位数", "median of the period"),
        "group_mean": ("同期同组均值", "mean of the group in the period"),
        "group_median": ("同期同组中位数", "median of the group in the period"),
        "linear": ("本地前后年份之间内插", "between the neighbours in the place’s own series"),
        "latest": ("本地最近的已知值", "the last value known before"),
        "regression": ("以相关最高的指标回归", "regression on the indicator of highest correlation"),
    },
    "normalise": {
        "min_max": ("最小–最大", "min-max"),
        "z_score": ("标准分", "z-score"),
        "scaled": ("平移缩放", "shifted and scaled"),
        "rank": ("名次", "rank"),
        "percentile_rank": ("百分位名次", "percentile rank"),
        "borda": ("博尔达计数", "Borda count"),
        "distance_to_maximum": ("距最高者", "distance to the maximum"),
        "distance_to_reference": ("距参照地区", "distance to a reference"),
        "distance_to_target": ("距目标", "distance to the target"),
        "fraction_of_maximum": ("占最高者之比", "fraction of the maximum"),
        "goalposts": ("固定阈值", "fixed goalposts"),
        "base_year": ("对基期", "base period = 100"),
    },
    "weight": {
        "given": ("框架所定", "as the framework gives them"),
        "equal": ("等权", "equal"),
        "pca": ("主成分", "first principal component"),
        "entropy": ("熵权", "entropy"),
        "critic": ("CRITIC", "CRITIC"),
        "optimised": ("按相关优化", "optimised on correlations"),
    },
    "aggregate": {
        "arithmetic": ("算术平均", "arithmetic mean"),
        "geometric": ("几何平均", "geometric mean"),
        "harmonic": ("调和平均", "harmonic mean"),
        "power": ("幂平均", "power mean"),
        "copeland": ("科普兰", "Copeland"),
    },
    "factor": {
        "data": ("数据", "Data"),
        "weights": ("权重", "Weights"),
        "normalise": ("归一", "Normalisation"),
        "aggregate": ("合成", "Aggregation"),
        "winmax": ("缩尾点数", "Points to winsorise"),
    },
    "check_step": {
        "denominate": ("除以分母", "Denominate"),
        "impute": ("插补", "Impute"),
        "screen": ("筛选", "Screen"),
        "treat": ("异常值处理", "Treat outliers"),
        "normalise": ("归一", "Normalise"),
        "aggregate": ("合成", "Aggregate"),
        "rank": ("名次", "Rank"),
        "draw_score": ("不确定性分析的得分", "Scores of an uncertainty design"),
        "draw_rank": ("不确定性分析的名次", "Ranks of an uncertainty design"),
    },
    "check_method": {
        "none": ("", ""),
        "group_mean": ("同组均值", "group mean"),
        "median": ("中位数", "median"),
        "min_share": ("数据可得率九成以上", "nine tenths of the data there"),
        "winmax_5": ("至多缩尾5点,否则取对数", "5 points at most, else logarithm"),
        "winmax_3": ("至多缩尾3点,否则取对数", "3 points at most, else logarithm"),
        "min_max": ("最小–最大", "min-max"),
        "z_score": ("标准分", "z-score"),
        "rank": ("名次", "rank"),
        "arithmetic": ("算术平均", "arithmetic mean"),
        "geometric": ("几何平均", "geometric mean"),
        "all_levels": ("全部层次", "all levels"),
        "design_600": ("COINr 抽取的600次", "the 600 runs that COINr drew"),
    },
    "coherence": {
        "collinear": ("近乎重复", "collinear"),
        "negative": ("方向相反", "negative"),
        "weak": ("几无关联", "weak"),
        "unreliable": ("信度低", "unreliable"),
    },
    "against": {
        "siblings": ("同一分项之内", "within one pillar"),
        "parent": ("与其上级", "with its parent"),
        "root": ("与总指数", "with the whole index"),
    },
    "measure": {
        "flow": ("流量(一年内累计)", "flow (over a year)"),
        "stock": ("存量(时点)", "stock (at a date)"),
        "ratio": ("比率", "ratio"),
    },
    "test_status": {
        "pass": ("通过", "pass"),
        "warn": ("提示", "warn"),
        "fail": ("未通过", "fail"),
        "error": ("出错", "error"),
    },
    "place_kind": {
        "district": ("市辖区", "district"),
        "prefecture": ("地级市", "prefecture-level city"),
        "municipality": ("直辖市", "municipality"),
        "province": ("省", "province"),
        "county": ("县或县级市", "county or county-level city"),
        "area": ("地区之合", "several places as one"),
        "nation": ("全国", "nation"),
        "world": ("全球", "world"),
        "corridor": ("走廊", "corridor"),
    },
}

# What a method does to values x of weight w; a, b: norm_a, norm_b of its framework.
FORMULAS: dict[str, dict[str, str]] = {
    "normalise": {
        "min_max": "a + (b − a) (x − min) ÷ (max − min)",
        "z_score": "a + b (x − mean) ÷ sd",
        "scaled": "(x − a) ÷ b",
        "rank": "1 … n",
        "percentile_rank": "(rank − 1) ÷ (n − 1)",
        "borda": "rank − 1",
        "distance_to_maximum": "1 − (max − x) ÷ (max − min)",
        "distance_to_reference": "1 − (ref − x) ÷ (ref − min)",
        "distance_to_target": "1 − (target − x) ÷ (target − min)",
        "fraction_of_maximum": "x ÷ max",
        "goalposts": "a + (b − a) (x − low) ÷ (high − low)",
        "base_year": "100 x ÷ x₀",
    },
    "aggregate": {
        "arithmetic": "Σ w x ÷ Σ w",
        "geometric": "exp(Σ w ln x ÷ Σ w)",
        "harmonic": "Σ w ÷ Σ (w ÷ x)",
        "power": "(Σ w xᵖ ÷ Σ w)^(1/p)",
        "copeland": "wins − losses",
    },
}

# The same shapes mark a kind of value in tables and in charts.
SHAPES = {"observed": "●", "derived": "◆", "bound": "▲", "imputed": "○"}

VERDICT_SIGNS = {
    "reproduced": "✓",
    "consistent": "≈",
    "contradicted": "✗",
    "not_decidable": "?",
    "not_numeric": "–",
}

REGISTER_SIGNS = {
    "met": "✓",
    "missed": "✗",
    "on_track": "↗",
    "not_yet_due": "…",
    "no_actual": "?",
    "superseded": "–",
}


def word(kind: str, code: str | None) -> Pair:
    """The Chinese and English word for a code; a code without a word stands for itself."""
    text = str(code or "")
    return WORDS[kind].get(text, (text.replace("_", " "), ""))


@cache
def said(kind: str, code: str | None) -> Markup:
    """Both words for a code as HTML. Cached, not a template macro: the pages say fifty thousand of them."""
    zh, en = word(kind, code)
    english = Markup('<span class="en" lang="en">{}</span>').format(en) if en else Markup("")
    return Markup('<span lang="zh-CN">{}</span>').format(zh) + english


@cache
def kind_mark(kind: str) -> Markup:
    """The shape of a kind of value, with its name for a pointer and a screen reader."""
    name, sign = " ".join(word("kind", kind)), SHAPES.get(kind, "·")
    return Markup('<abbr class="kind k-{}" title="{}">{}</abbr>').format(kind, name, sign)
