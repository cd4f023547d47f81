"""From which columns a column is made, on small queries over synthetic tables."""

from __future__ import annotations

import pytest

from flows.lineage.columns import columns_of

TABLES = {
    "figure": ["place", "year", "value", "note"],
    "place": ["place", "name"],
    "list_of": ["place", "parts", "box"],
    "known_on": ["place", "value"],
}


def read(sql: str, **more: frozenset[str]) -> dict[str, str]:
    """Each column as `table.column table.column`; an unfollowed name as `? why`."""
    return {
        name: " ".join([*sorted(".".join(one) for one in origin.columns), *(f"? {f}" for f in origin.faults)])
        for name, origin in columns_of(sql, TABLES, **more).items()
    }


@pytest.mark.parametrize(
    ("sql", "made_of"),
    [
        ("select value * 2 as twice, 1 as one from figure", {"twice": "figure.value", "one": ""}),
        ('select f.value from "db"."marts"."figure" as f', {"value": "figure.value"}),
        ("from place", {"place": "place.place", "name": "place.name"}),
        (
            "select * exclude (note, year) replace (value + year as value) from figure",
            {"place": "figure.place", "value": "figure.value figure.year"},
        ),
        ("select * rename (name as called) from place", {"place": "place.place", "called": "place.name"}),
        (
            "select p.*, f.value from figure as f left join place as p on f.place = p.place",
            {"place": "place.place", "name": "place.name", "value": "figure.value"},
        ),
        # CTEs: what stands between leaves no trace, and a CTE may hide a table of the same name.
        (
            "with a as (select value as v from figure), b as (select v from a) select v from b",
            {"v": "figure.value"},
        ),
        ("with place (x) as (select year from figure) select x from place", {"x": "figure.year"}),
        (
            "with recursive up as (select place, name from place union all"
            " select place, name || note from up inner join figure using (place)) select name from up",
            {"name": "figure.note place.name"},
        ),
        # Unions go by place in the list, or by name.
        (
            "select place, name from place union all select note, place from figure",
            {"place": "figure.note place.place", "name": "figure.place place.name"},
        ),
        (
            "select place, name from place union all by name select note as name, value from figure",
            {"place": "place.place", "name": "figure.note place.name", "value": "figure.value"},
        ),
        ("select place from place except select place from figure", {"place": "place.place"}),
        # Windows.
        (
            "select sum(value) over (partition by place order by year) as s from figure",
            {"s": "figure.place figure.value figure.year"},
        ),
        (
            "select lag(value) over w as before from figure window w as (partition by place order by year)",
            {"before": "figure.place figure.value figure.year"},
        ),
        ("select row_number() over () as n from figure", {"n": "figure.*"}),
        # Joins by common names: of a left join the left side's, of a full join both.
        (
            "select place, name from figure left join place using (place)",
            {"place": "figure.place", "name": "place.name"},
        ),
        ("select place from figure full join place using (place)", {"place": "figure.place place.place"}),
        (
            "select * from place inner join known_on using (place)",
            {"place": "place.place", "name": "place.name", "value": "known_on.value"},
        ),
        ("select name from place semi join figure using (place)", {"name": "place.name"}),
        # An alias serves the columns after it, unless a column has its name.
        (
            "select value + 1 as more, more * 2 as twice from figure",
            {"more": "figure.value", "twice": "figure.value"},
        ),
        ("select note as value, value as v from figure", {"value": "figure.note", "v": "figure.value"}),
        # Structs and lists.
        (
            "select box.size as size, l.box.size as same from list_of as l",
            {"size": "list_of.box", "same": "list_of.box"},
        ),
        ("select {'year': value, 'note': 1} as s from figure", {"s": "figure.value"}),
        ("select struct_pack(year := value) as s from figure", {"s": "figure.value"}),
        (
            "select list_transform(parts, lambda year: year + value) as l from list_of, figure",
            {"l": "figure.value list_of.parts"},
        ),
        ("select [note for note in parts if note > 1] as l from list_of", {"l": "list_of.parts"}),
        # Rows made of a list.
        ("select u.part from list_of as l, unnest(l.parts) as u (part)", {"part": "list_of.parts"}),
        ("select unnest(parts) as part from list_of", {"part": "list_of.parts"}),
        ("select y.n from figure as f, generate_series(2000, f.year) as y (n)", {"n": "figure.year"}),
        ("select n from range(3) as r (n)", {"n": ""}),
        (
            "select t.a, t.b from figure as f, lateral (select f.value as a, max(name) as b from place) as t",
            {"a": "figure.value", "b": "place.name"},
        ),
        ("select b from (values (1, 2), (3, 4)) as t (a, b)", {"b": ""}),
        # Subqueries count for what they give, those that ask whether there is a row for what they ask.
        (
            "select (select max(f.value) from figure as f where f.place = p.place) as most from place as p",
            {"most": "figure.value"},
        ),
        (
            "select exists (select 1 from figure as f where f.place = p.place) as has from place as p",
            {"has": "figure.* figure.place place.place"},
        ),
        (
            "select place in (select place from known_on) as is_known from place",
            {"is_known": "known_on.place place.place"},
        ),
        # Rows counted, and conditions that decide which value is taken.
        ("select count(*) as n from figure", {"n": "figure.*"}),
        (
            "select max(value) filter (where year > 2000) as m, case when note = 'x' then value end as c"
            " from figure",
            {"m": "figure.value figure.year", "c": "figure.note figure.value"},
        ),
        # What only chooses rows is no part of a column.
        (
            "select name from place where place > 'a' group by name having count(*) > 1 qualify true",
            {"name": "place.name"},
        ),
        # A macro of the project in place of a table.
        ("select value from known_on('2022-12-31')", {"value": "known_on.value"}),
    ],
)
def test_each_column_is_followed_to_the_columns_it_is_made_of(sql: str, made_of: dict[str, str]) -> None:
    assert read(sql) == made_of


def test_the_argument_of_a_macro_is_no_column() -> None:
    assert read("select value, day as asked from figure", parameters=frozenset({"day"}))["asked"] == ""


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select nowhere from figure", "nowhere not known"),
        ("select x from stranger", "columns of stranger not known"),
        ("select x from read_blob('a')", "what read_blob() gives"),
        ("select columns('v.*') from figure", "columns chosen by a pattern"),
        ("select x from (pivot figure on year using sum(value))", "a pivot"),
    ],
)
def test_what_cannot_be_followed_is_told_and_not_guessed(sql: str, reason: str) -> None:
    [told] = read(sql).values()
    assert reason in told and "figure." not in told


def test_a_fault_stays_with_the_columns_that_depend_on_it() -> None:
    sql = "with a as (select nowhere as bad, value as good from figure) select bad || 'x' as b, good from a"
    assert read(sql) == {"b": "? nowhere not known", "good": "figure.value"}
