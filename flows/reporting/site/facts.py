"""What the pages say, read from the release database in one go: named lists of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import duckdb

Row = dict[str, Any]
Facts = dict[str, list[Row]]

MAIN_FRAMEWORK = "g60_collaborative_innovation"
SHOWN_ROWS = 8
LISTED_FAULTS = 200
LISTED_MOVES = 40
MOST_WANTED = 5
WANTED_YEARS = 3
LARGEST_CONTRIBUTIONS = 5

# The latest year in which each place has a rank; of one that never has, the latest year.
LATEST = """
    select framework, place_code, coalesce(max(year) filter (where rank is not null), max(year)) as year
    from marts.mart_collaborative_innovation_index group by all
"""

QUERIES = {
    "place_point": """
        select place_code, name_zh, name_en, place_kind, is_member, longitude, latitude
        from marts.dim_place where longitude is not null
    """,
    # epoch() because a timestamp with a zone reaches Python only where pytz is installed.
    "release": "select * replace (epoch(built_at) as built_at) from meta.release",
    "test": "select * from meta.test_result order by status = 'pass', table_name, test_name",
    "change_reason": """
        select why, count(*) filter (kind = 'new') as added, count(*) filter (kind = 'changed') as changed,
            count(*) filter (kind = 'gone') as removed
        from meta.change group by why order by count(*) desc, why
    """,
    "change": f"select * from meta.change limit {LISTED_MOVES}",
    "row_count": "select * from meta.row_count order by schema_name, table_name",
    "place": """
        select p.*, coalesce(f.figures, 0) as figures
        from marts.dim_place as p
        left join (select place_code, count(*) as figures from marts.fct_indicator group by place_code) as f
            on p.place_code = f.place_code
        where
            p.is_member or f.figures > 0
            or p.place_code in (select i.place_code from marts.mart_collaborative_innovation_index as i)
            or p.place_code in (
                select unnest([l.from_place_code, l.to_place_code]) from marts.fct_link as l
                where l.value_kind = 'observed'
            )
        order by
            p.is_member desc,
            list_position(['corridor', 'nation', 'world', 'municipality', 'province'], p.place_kind)
                nulls last,
            p.place_code
    """,
    "place_name": "select name_zh, any_value(name_en) as name_en from marts.dim_place group by name_zh",
    "unit": "select unit, name_en from staging.unit",
    "indicator": """
        select i.*, count(f.place_code) as figures,
            string_agg(distinct f.place_code, ' ' order by f.place_code) as place_codes
        from marts.dim_indicator as i
        left join marts.fct_indicator as f on i.indicator_code = f.indicator_code
        group by all
        order by i.domain, i.indicator_code
    """,
    # An alias bound to a source or a unit is read so there alone; it is no name of the indicator elsewhere.
    "indicator_word": """
        select indicator_code, word from staging.indicator_word
        union
        select indicator_code, alias from staging.indicator_alias
        where source is null and dimension is null and valid_from is null and valid_to is null
        order by indicator_code, word
    """,
    "document": "select * from marts.dim_document order by file_path, document_kind desc, title, document_id",
    "best": "select * from marts.fct_indicator order by place_code, indicator_code, period_end desc, period",
    # A figure made by a formula has no printing of its own; it stands here with the cells it was made from.
    "source": """
        select o.*, null as formula
        from marts.fct_observation as o
        union all by name
        select f.*, true as is_best
        from marts.fct_indicator as f
        anti join marts.fct_observation as o
            on f.place_code = o.place_code and f.indicator_code = o.indicator_code
            and f.period = o.period and f.cell_address = o.cell_address
        order by place_code, indicator_code, period_end desc, period, is_best desc,
            vintage_date desc nulls last, cell_address
    """,
    "index": "select * from marts.mart_collaborative_innovation_index order by framework, place_code, year",
    "pillar": """
        select * from marts.mart_collaborative_innovation_index_pillar order by place_code, year, pillar_code
    """,
    "contribution": """
        select * from marts.mart_collaborative_innovation_index_contribution
        order by framework, place_code, year desc, pillar_code, contribution desc, indicator_code
    """,
    "profile": "select * from marts.mart_city_profile order by place_code, year desc",
    "corridor": "select * exclude (addends, nation_vintages) from marts.mart_corridor order by year desc",
    "validation": """
        select * from marts.mart_index_validation
        order by framework, is_input, places desc, ranking_code
    """,
    "validation_place": """
        select * from marts.mart_index_validation_place
        order by framework, ranking_code, our_rank_among, place_code
    """,
    "agreement_level": "select * from staging.agreement_level order by level",
    "published_index": """
        select * from marts.mart_published_index
        order by index_code, pillar_code <> 'total', pillar_code, data_year desc, edition,
            not is_best, cell_address
    """,
    "claim": """
        select * from marts.mart_claim
        order by
            list_position(['founding_article', 'corridor_headline', 'published_index'], claim_set), claim_id
    """,
    "claim_reading": "select * from marts.mart_claim_reading order by claim_id, is_principal desc, reading",
    # Gaps of consecutive years with one reason become one row.
    "gap": """
        select place_code, indicator_code, gap_reason, imputation_method,
            min(year) as first_year, max(year) as last_year
        from (
            select *, year - row_number() over (
                partition by place_code, indicator_code, gap_reason, imputation_method order by year
            ) as run
            from marts.mart_coverage
            where not is_covered
        )
        group by place_code, indicator_code, gap_reason, imputation_method, run
        order by indicator_code, place_code, first_year
    """,
    "coverage": """
        select place_code, year, count(*) filter (where is_covered) as covered, count(*) as wanted
        from marts.mart_coverage group by all order by place_code, year
    """,
    # One row a file: what landing made of its cells, and what staging then refused or found to be no figure.
    "outcome": """
        select file_path, any_value(layout) as layout, any_value(format) as format,
            any_value(encoding) as encoding,
            coalesce(sum(cells_read) filter (where step = 'land'), 0) as cells_read,
            sum(cells_quarantined) as cells_quarantined,
            sum(cells_not_data) as cells_not_data,
            coalesce(sum(cells_landed) filter (where step = 'land'), 0)
                - coalesce(sum(cells_quarantined + cells_not_data) filter (where step = 'stage'), 0)
                as cells_landed,
            any_value(rejected_share) as rejected_share,
            any_value(rejected_limit) as rejected_limit
        from marts.mart_outcome group by file_path order by file_path
    """,
    "quarantine": f"""
        select * from marts.mart_quarantine order by file_path, cell_address limit {LISTED_FAULTS}
    """,
    "conflict": f"""
        select * from marts.mart_conflict
        where rule = 'one_cell' and kind = 'conflict'
        order by abs(difference_percent) desc nulls last, indicator_code, place_code, period_a, cell_address_a
        limit {LISTED_MOVES}
    """,
    # What no single cell shows, in the order of the register of known ones; what is not known stands last.
    "disagreement": """
        select c.*, r.name_zh as rule_name_zh, r.name_en as rule_name_en
        from marts.mart_conflict as c
        inner join staging.conflict_rule as r on c.rule = r.rule
        where c.rule <> 'one_cell' or c.known_topic is not null
        order by
            regexp_extract(c.known_cell_address, '[0-9]+$')::integer nulls last, c.known_cell_address,
            c.rule, abs(c.difference_percent) desc nulls last, c.cell_address_a, c.cell_address_b
    """,
    "revision": f"""
        select * from marts.mart_revision where distinct_values > 1
        order by abs(revision_percent) desc nulls last, indicator_code, place_code, period
        limit {LISTED_MOVES}
    """,
    "move_count": """
        select (
                select count(*) from marts.mart_conflict where rule = 'one_cell' and kind = 'conflict'
            ) as conflicts,
            (select count(*) from marts.mart_revision where distinct_values > 1) as revisions
    """,
    "correction": "select * from marts.mart_correction order by correction_id, cell_address",
    "doubt": f"select * from marts.mart_doubt order by rule, cell_address limit {LISTED_FAULTS}",
    "growth_break": """
        select break_kind, break_reason_zh, break_reason_en, year,
            list(distinct place_code order by place_code) as place_codes,
            string_agg(distinct indicator_code, ' ' order by indicator_code) as indicator_codes
        from marts.mart_growth where break_kind is not null
        group by all order by year, break_kind, place_codes
    """,
    "reclassification": "select * from staging.reclassification order by all",
    "series_break": "select * from staging.series_break order by all",
    "framework": f"""
        select * from staging.framework
        order by framework <> '{MAIN_FRAMEWORK}', family, edition, framework
    """,
    "node": """
        select n.*, i.unit,
            n.weight / sum(n.weight) over (partition by n.framework, n.parent_code) as share_of_parent
        from staging.framework_node as n
        left join marts.dim_indicator as i on n.indicator_code = i.indicator_code
    """,
    "coupling": f"""
        select * from marts.mart_coupling_coordination where framework = '{MAIN_FRAMEWORK}'
        order by place_code, year
    """,
    "synergy": f"""
        select * exclude (changes) from marts.mart_synergy where framework = '{MAIN_FRAMEWORK}'
        order by composite <> 'innovation_economy', composite, place_code, basis, year
    """,
    "convergence": "select * from marts.mart_convergence order by indicator_code, span_kind",
    "inequality": """
        select * from marts.mart_inequality where scope = 'nine' and weighting = 'denominator'
        order by indicator_code, year desc
    """,
    "subsystem": f"""
        select s.subsystem_code, s.indicator_code from staging.subsystem_indicator as s
        where s.framework = '{MAIN_FRAMEWORK}'
    """,
    "grade": "select * from staging.coordination_grade order by grade",
    "disparity": "select * from staging.disparity_indicator",
    "interval": """
        select i.*, x.availability, x.is_indicative
        from marts.mart_index_interval as i
        inner join marts.mart_collaborative_innovation_index as x
            on i.framework = x.framework and i.place_code = x.place_code and i.year = x.year
        order by i.framework, i.year desc, i.rank nulls last, i.score desc
    """,
    "rank_probability": """
        select * from marts.mart_index_rank_probability
        qualify year = max(year) over (partition by framework)
        order by framework, place_code, rank
    """,
    "outranking": """
        select * from marts.mart_index_outranking
        qualify year = max(year) over (partition by framework)
    """,
    "wanted": f"""
        select * from marts.mart_most_wanted where priority <= {MOST_WANTED}
        qualify dense_rank() over (partition by framework order by year desc) <= {WANTED_YEARS}
        order by framework, year desc, priority, place_code, indicator_code
    """,
    "sensitivity": """
        select * from marts.mart_index_sensitivity where output = 'mean_rank_shift'
        order by framework, total desc nulls last, first_order desc, factor
    """,
    # One row an indicator or pillar, over the ranks of all places and years.
    "left_out": """
        select l.framework, l.node_code, l.node_name_zh, l.node_name_en, n.kind, n.indicator_code,
            avg(abs(l.rank_change)) as mean_shift, max(abs(l.rank_change)) as largest_shift,
            count(*) filter (where l.rank_change <> 0) as moved, count(l.rank_change) as ranks,
            avg(abs(l.score_change)) as mean_score_change
        from marts.mart_index_left_out as l
        inner join staging.framework_node as n on l.framework = n.framework and l.node_code = n.node_code
        group by all
        order by l.framework, mean_shift desc, mean_score_change desc, l.node_code
    """,
    "option": "select * from staging.framework_option order by framework, factor, option",
    "design": "select * from staging.framework_design order by framework",
    "method": "select * from staging.framework_method order by framework",
    "level": "select * from staging.framework_level order by framework, level",
    "engine_check": "select * from staging.engine_check order by exact_total desc",
    "engine_step": "select * from staging.engine_check_step order by step, method",
    # The largest contributions of either sign to the gap and the change of each place's latest ranked year.
    "difference": f"""
        select d.*
        from marts.mart_index_difference as d
        inner join ({LATEST}) as y
            on d.framework = y.framework and d.place_code = y.place_code and d.year = y.year
        where d.relation in ('to_next', 'to_previous_period') and abs(d.contribution_to_gap) > 1e-9
        qualify row_number() over (
            partition by d.framework, d.relation, d.place_code, d.contribution_to_gap > 0
            order by abs(d.contribution_to_gap) desc, d.indicator_code
        ) <= {LARGEST_CONTRIBUTIONS}
        order by d.framework, d.relation, d.place_code, d.contribution_to_gap desc, d.indicator_code
    """,
    "strength": f"""
        select p.*
        from marts.mart_index_profile as p
        inner join ({LATEST}) as y
            on p.framework = y.framework and p.place_code = y.place_code and p.year = y.year
        where p.profile_flag is not null
        order by p.framework, p.place_code, p.standing
    """,
    "coherence": """
        select * from marts.mart_index_coherence
        where
            pooled_period = '' and (
                statistic in ('cronbach_alpha', 'effective_weight', 'importance')
                or (statistic = 'pearson' and coherence_flag is not null)
            )
        order by
            framework, statistic,
            list_position(['siblings', 'parent', 'root'], held_against), coherence_flag, code_a, code_b
    """,
    "table": """
        select t.table_name, coalesce(b.comment, v.comment) as comment, c.rows,
            t.table_type = 'VIEW' as is_view
        from information_schema.tables as t
        left join duckdb_tables() as b
            on b.schema_name = t.table_schema and b.table_name = t.table_name
            and b.database_name = current_database()
        left join duckdb_views() as v
            on v.schema_name = t.table_schema and v.view_name = t.table_name
            and v.database_name = current_database()
        left join meta.row_count as c on c.schema_name = t.table_schema and c.table_name = t.table_name
        where t.table_schema = 'marts' and t.table_catalog = current_database()
        order by t.table_name
    """,
    "column": """
        select table_name, column_name, data_type, comment from duckdb_columns()
        where schema_name = 'marts' and database_name = current_database()
        order by table_name, column_index
    """,
}


def fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """Rows of a query as dictionaries; pandas would cost more to import than all of the queries take."""
    result = connection.execute(sql)
    names = [column[0] for column in result.description or []]
    rows = [dict(zip(names, values, strict=True)) for values in result.fetchall()]
    # Charts reckon in floats, which Python does not mix with decimals.
    for column in result.description or []:
        if str(column[1]).startswith("DECIMAL") and str(column[1]).endswith(")"):
            for row in rows:
                row[column[0]] = None if row[column[0]] is None else float(row[column[0]])
    return rows


def read_facts(connection: duckdb.DuckDBPyConnection, queries: dict[str, str]) -> Facts:
    """All rows that the pages show, but for the samples of the tables."""
    return {name: fetch(connection, sql) for name, sql in queries.items()}


def first_rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    """A few rows of a mart as text, whatever its columns are."""
    name = table.replace('"', '""')
    return fetch(connection, f'select columns(*)::varchar from marts."{name}" limit {SHOWN_ROWS}')


def group(rows: Iterable[Row], key: str | Callable[[Row], Hashable]) -> dict[Any, list[Row]]:
    """Rows by the value of a column, or of a function of the row; an unknown value has no rows."""
    found: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key] if isinstance(key, str) else key(row)].append(row)
    return found
