"""Synthetic observations of any size, from a seed: places × indicators × periods, some five vintages each.

A synthetic place prints one document a year over 25 years. Each gives every indicator six times: for the six
years before, at times for one of them twice, seldom for the year itself as it is expected. So a period of an
indicator has five printings in the mean. Later printings restate earlier ones, at times rounded, at times
with another value. The figures are made up: they are for benchmarks and tests, and none enters a release.

    python -m tests.benchmarks.synthetic.observations FILE [rows]
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from flows.settings import ROOT

SEED = 60
EDITIONS, FIRST_EDITION, PRINTINGS = 25, 2000, 6
INDICATORS = 222


def draw(purpose: str) -> str:
    """SQL of a number from 0 to 999 for each row, drawn anew for each purpose."""
    return f"(hash(i, {SEED}, '{purpose}') % 1000)"


def query(rows: int, indicators: int = INDICATORS) -> str:
    """SQL of so many observations in the order of their documents, each document with so many indicators.

    The columns are those of fct_observation except is_best. The first indicators bear the codes of the
    project, so that its formulas find figures.
    """
    seeds = ROOT / "dbt_project" / "seeds"
    [codes] = seeds.rglob("indicator.csv")
    [formulas] = seeds.rglob("derivation.csv")
    return f"""
    with code as (
        select row_number() over (order by not is_input, indicator_code) - 1 as no, indicator_code, base_unit
        from (
            select
                indicator_code,
                base_unit,
                indicator_code in (
                    select unnest([first_code, second_code]) from read_csv('{formulas}')
                ) as is_input
            from read_csv('{codes}', all_varchar = true)
        )
    ),

    place_in_order as (
        select
            i,
            i // {PRINTINGS} % {indicators} as indicator_no,
            i // {PRINTINGS * indicators} % {EDITIONS} + {FIRST_EDITION} as edition,
            i // {PRINTINGS * indicators * EDITIONS} as place_no
        from range({rows}) as t (i)
    ),

    dated as (
        select
            *,
            's' || lpad(place_no::varchar, 5, '0') as place_code,
            make_date(edition, 1, 15) + (hash(place_no, edition, {SEED}) % 330)::integer as vintage_date,
            -- Each of the six years before once; one row in ten for any, one in fifty for the year itself.
            case
                when {draw("forecast")} < 20 then 0
                when {draw("lag")} < 100 then 1 + hash(i, {SEED}, 'lag') % {PRINTINGS}
                else 1 + i % {PRINTINGS}
            end::integer as lag
        from place_in_order
    ),

    cell as (
        select
            d.*,
            coalesce(c.indicator_code, printf('synthetic_%05d', d.indicator_no)) as indicator_code,
            coalesce(c.base_unit, '亿元') as unit,
            d.edition - d.lag as year,
            d.indicator_no % 10 = 9 as is_half,
            -- The value of a cell: four orders of magnitude between indicators, growth of 7 % a year.
            pow(10, 1 + hash(d.indicator_no, {SEED}) % 4)
            * (1 + hash(d.place_no, d.indicator_no, {SEED}) % 9000 / 1000)
            * pow(1.07, d.edition - d.lag - {FIRST_EDITION}) as truth
        from dated as d
        left join code as c on d.indicator_no = c.no
    ),

    printed as (
        select
            *,
            case
                when {draw("status")} < 400 then 'unknown'
                when {draw("status")} < 430 then 'revised'
                when lag <= 1 then 'preliminary'
                else 'final'
            end as status,
            case
                when {draw("qualifier")} < 30 then 'at_least'
                when {draw("qualifier")} < 40 then 'at_most'
                when {draw("qualifier")} < 60 then 'about'
                else 'exact'
            end as qualifier,
            -- What the first printing did not know yet, and one figure in twenty that was counted anew.
            truth * (1 + case when lag <= 1 then 0.003 else 0 end)
            * (1 + case when {draw("revision")} < 50 then 0.001 * (hash(i, {SEED}) % 20) else 0 end) as known,
            -- Digits behind the point; a rounded restatement has three digits in all.
            case when {draw("rounded")} < 150 then 2 - floor(log10(truth))::integer else 2 end as digits
        from cell
    ),

    rounded as (
        select *, round(known, digits) as value, 0.5 * pow(10, -digits) as half_unit from printed
    )

    select
        place_code,
        indicator_code,
        year::varchar || case when is_half then 'H1' else '' end as period,
        case when is_half then 'half' else 'year' end as period_kind,
        make_date(year, 1, 1) as period_start,
        case when is_half then make_date(year, 6, 30) else make_date(year, 12, 31) end as period_end,
        printf('%.2f', value) as value_as_printed,
        unit as unit_as_printed,
        value,
        case
            when qualifier = 'at_most' then null when qualifier = 'at_least' then value else value - half_unit
        end as value_low,
        case
            when qualifier = 'at_least' then null when qualifier = 'at_most' then value else value + half_unit
        end as value_high,
        unit,
        qualifier,
        case
            when qualifier in ('at_least', 'at_most') then 'bound'
            when {draw("origin")} < 10 then 'derived' else 'observed'
        end as value_kind,
        status,
        vintage_date,
        {draw("dated")} >= 100 as is_dated,
        printf('d-%012x', hash(place_no, edition, {SEED}) % (1::ubigint << 47)) as document_id,
        printf('synthetic/%s_%d.csv#B%d', place_code, edition, i % {PRINTINGS * indicators} + 2)
            as cell_address,
        {draw("fault")} < 2 as is_known_fault,
        vintage_date < period_end as is_forecast,
        {draw("dropped")} < 1 as is_dropped,
        null::varchar as reclassified_from,
        case
            when qualifier in ('at_most', 'about') then value - 2 * half_unit
            when qualifier = 'at_least' then value
            else value - half_unit
        end as closed_low,
        case
            when qualifier in ('at_least', 'about') then value + 2 * half_unit
            when qualifier = 'at_most' then value
            else value + half_unit
        end as closed_high,
        case status when 'revised' then 1 when 'final' then 2 else 3 end as status_rank,
        case when {draw("origin")} < 10 then 'derived' else 'observed' end as origin,
        null::varchar as correction_id,
        case when {draw("dropped")} < 1 then 'drop' when {draw("fault")} < 2 then 'flag' end
            as correction_action,
        null::double as value_before_correction,
        null::varchar as doubt,
        null::varchar as note
    from rounded
    """


def write(file: Path, rows: int, indicators: int = INDICATORS) -> None:
    """A Parquet file of so many synthetic observations; a million rows take some two seconds."""
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query(rows, indicators)}) to '{file}' (format parquet, compression zstd)")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(float(sys.argv[2])) if len(sys.argv) > 2 else 10_000_000)
