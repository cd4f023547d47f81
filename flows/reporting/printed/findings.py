"""The key findings as sentences made of numbers: what a release does not say, no sentence does."""

from __future__ import annotations

from collections.abc import Iterator

from flows.reporting.charting.speaking import Pair
from flows.reporting.printed.facts import by_place, of_year
from flows.reporting.site.facts import Facts, Row
from flows.reporting.site.numbers import interval, years


def findings(facts: Facts, year: int, code: str | None = None) -> list[Pair]:
    """What stands out in a year, of all places or of one."""
    rows = of_year(facts, year)
    ranked = [row for row in rows if row["rank"] is not None]
    intervals = {row["place_code"]: row for row in facts["interval"] if row["year"] == year}
    before = {row["place_code"]: row for row in of_year(facts, year - 1)}
    if code:
        return [
            pair
            for row in rows
            if row["place_code"] == code
            for pair in _of_place(row, intervals.get(code), before.get(code), len(ranked), facts)
        ]
    return [
        *_leader(ranked, intervals),
        *_corridor(rows, before),
        *_climber(ranked, before),
        *_certainty(rows, ranked),
        *_agreement(facts),
    ]


def score(row: Row) -> str:
    return f"{row['score']:.1f}"


def ends(row: Row) -> str:
    return interval(round(row["score_low"], 1), round(row["score_high"], 1))


def change(row: Row, before: Row | None) -> float | None:
    """By how much a score rose since the year before."""
    return None if before is None else row["score"] - before["score"]


def signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f}".replace("-", "−")


def _leader(ranked: list[Row], intervals: dict[str, Row]) -> Iterator[Pair]:
    if not ranked:
        return
    first = ranked[0]
    yield (
        f"{first['year']}年得分最高的是{first['place_name_zh']},{score(first)}(可能区间 {ends(first)})。",
        f"{first['place_name_en']} scores highest in {first['year']}: {score(first)} "
        f"(it may lie in {ends(first)}).",
    )
    found = intervals.get(first["place_code"])
    if found and found["rank_p95"] is not None:
        last = f"{found['rank_p95']:g}"
        if found["rank_p95"] > 1:
            yield (
                f"在{found['runs']}种算法的九成中,它的名次在 {found['rank_p05']:g} 至 {last} 之间:"
                "领先并非定论。",
                f"In nine tenths of {found['runs']} ways to compute it, its rank lies between "
                f"{found['rank_p05']:g} and {last}: the lead is not certain.",
            )
        else:
            yield (
                f"在{found['runs']}种算法的九成中,它都居首。",
                f"It leads in nine tenths of {found['runs']} ways to compute the index.",
            )


def _corridor(rows: list[Row], before: dict[str, Row]) -> Iterator[Pair]:
    for row in rows:
        moved = change(row, before.get(row["place_code"]))
        if row["place_code"] == "G60" and moved is not None:
            yield (
                f"九城市合计为 {score(row)}(2018年=100,可能区间 {ends(row)}),比上年 {signed(moved)}。",
                f"The nine together stand at {score(row)} (2018 = 100; it may lie in {ends(row)}), "
                f"{signed(moved)} on the year before.",
            )


def _climber(ranked: list[Row], before: dict[str, Row]) -> Iterator[Pair]:
    moves = [(change(row, before.get(row["place_code"])), row) for row in ranked]
    known = [(moved, row) for moved, row in moves if moved is not None]
    if len(known) > 1:
        moved, row = max(known, key=lambda item: item[0])
        yield (
            f"有名次的各地中,得分比上年变动最有利的是{row['place_name_zh']}({signed(moved)})。",
            f"Of the ranked places {row['place_name_en']} moved most favourably on the year before "
            f"({signed(moved)}).",
        )


def _certainty(rows: list[Row], ranked: list[Row]) -> Iterator[Pair]:
    faint = [row for row in ranked if row["is_indicative"]]
    yield (
        f"{len(ranked)} 个有名次的地区中,{len(faint)} 个的得分为参考值:"
        "有刊印或推算数字支撑的权重不足三分之二。",
        f"{len(faint)} of the {len(ranked)} ranked scores are indicative: printed or derived figures carry "
        "under two thirds of their weight.",
    )
    without = [row for row in rows if row["rank"] is None and row["place_code"] != "G60"]
    if without:
        yield (
            f"有得分而依据太少、不排名次:{'、'.join(row['place_name_zh'] for row in without)}。",
            f"Scored on too little for a rank: {', '.join(row['place_name_en'] for row in without)}.",
        )


def _agreement(facts: Facts) -> Iterator[Pair]:
    independent = [
        row for row in facts["validation"] if not row["is_input"] and row["verdict"] != "not_decidable"
    ]
    for row in independent[:1]:
        rho = f"{row['spearman_rho']:.2f}"
        yield (
            f"与不作为输入的公开排名“{row['name_zh']}”相比({row['places']} 地,{row['year']}年):"
            f"{row['verdict_zh']},秩相关 {rho}。",
            f"Against “{row['name_en']}”, no input of the index ({row['places']} places, {row['year']}): "
            f"{row['verdict_en']}, rank correlation {rho}.",
        )


def _of_place(row: Row, found: Row | None, before: Row | None, ranked: int, facts: Facts) -> Iterator[Pair]:
    zh, en = row["place_name_zh"], row["place_name_en"]
    yield (
        f"{zh}{row['year']}年得分 {score(row)}(可能区间 {ends(row)};2018年九城市=100)。",
        f"{en} scores {score(row)} in {row['year']} (it may lie in {ends(row)}; the nine in 2018 = 100).",
    )
    if row["rank"] is not None:
        may_be = years(row["rank_low"], row["rank_high"])
        yield (
            f"在 {ranked} 个有名次的地区中居第 {row['rank']},可能为第 {may_be}。",
            f"It ranks {row['rank']} of {ranked}; the rank may be {may_be}.",
        )
        if found and found["rank_p05"] is not None:
            span = interval(found["rank_p05"], found["rank_p95"])
            yield (
                f"九成的算法给出的名次为 {span}。",
                f"Nine tenths of the ways to compute it give ranks {span}.",
            )
    elif row["place_code"] != "G60":
        yield ("依据太少,不排名次。", "Too little is known for a rank.")
    moved = change(row, before)
    if moved is not None:
        yield (f"比上年 {signed(moved)}。", f"{signed(moved)} on the year before.")
    share = f"{100 * row['availability']:.0f} %"
    yield (
        f"有刊印或推算数字支撑的权重为 {share}。",
        f"Printed or derived figures carry {share} of the weight.",
    )
    pillars = [p for p in by_place(facts["pillar"])[row["place_code"]] if p["year"] == row["year"]]
    if len(pillars) > 1:
        best, worst = max(pillars, key=lambda p: p["score"]), min(pillars, key=lambda p: p["score"])
        yield (
            f"得分最高的分项是{best['pillar_name_zh']}({score(best)}),最低的是{worst['pillar_name_zh']}({score(worst)})。",
            f"Its highest pillar is {best['pillar_name_en'].lower()} ({score(best)}), its lowest "
            f"{worst['pillar_name_en'].lower()} ({score(worst)}).",
        )
