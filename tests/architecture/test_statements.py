"""Where SQL is kept in the stores, and nowhere else."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture import source

OTHER_KEEPERS = ("chassis/chassis/migrations.py", "chassis/chassis/testing/")
"""One runs the numbered SQL files, before there is anything a store could use; the other makes databases for tests."""

STATEMENT = re.compile(
    r"\s*(?:(?:SELECT|INSERT|UPDATE|DELETE|WITH|COPY|CREATE|ALTER|DROP|GRANT|REVOKE|TRUNCATE|SET|NOTIFY|LISTEN)\s"
    r"|(?i:select\s.*\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s))",
    re.DOTALL,
)

SHOWN_AS_TEXT = re.compile(r"\b([a-z_]+)::text(?=,|\s+(?:AS \1\b|FROM\b))")
SORTED = re.compile(r"\bORDER BY ([^()\n]+)")


def statements_outside_stores(modules: Iterable[Path]) -> list[str]:
    return [
        f"{source.place(module, line)} is SQL outside a store: {' '.join(text.split()[:4])}"
        for module in modules
        if not _keeps_sql(module)
        for line, text in source.strings(module)
        if STATEMENT.match(text)
    ]


def _keeps_sql(module: Path) -> bool:
    is_store = "store" in (module.stem, *module.parent.parts)
    return is_store or any(keeper in module.as_posix() for keeper in OTHER_KEEPERS)


def sorted_as_text(statement: str) -> list[str]:
    """Name what is sorted by as the text that is shown, while the column of the same name, and its index, is meant."""
    scopes = _scopes(statement)
    shown = {(scopes[found.start()], found[1]) for found in SHOWN_AS_TEXT.finditer(statement)}
    terms = ((scopes[found.start()], term) for found in SORTED.finditer(statement) for term in found[1].split(","))
    return [name for scope, term in terms for name in term.split()[:1] if (scope, name) in shown]


def _scopes(statement: str) -> list[int]:
    """Number the brackets that each character stands in."""
    open_, scopes = [0], list[int]()
    for place, character in enumerate(statement, 1):
        if character == "(":
            open_.append(place)
        elif character == ")" and len(open_) > 1:
            open_.pop()
        scopes.append(open_[-1])
    return scopes


def test_statements_occur_in_stores_alone() -> None:
    assert statements_outside_stores(source.member_modules()) == []


@pytest.mark.parametrize(
    "literal",
    [
        '"SELECT 1"',
        '"""\n    WITH old AS (SELECT 1)\n    DELETE FROM jobs"""',
        'f"UPDATE {table} SET x = 1"',
        '"select id from jobs where x"',
        '"insert into jobs values (1)"',
    ],
)
def test_a_statement_outside_a_store_is_found(tmp_path: Path, literal: str) -> None:
    module = tmp_path / "jobs.py"
    module.write_text(f"table = 1\nsql = {literal}\n")

    found = statements_outside_stores([module])

    assert len(found) == 1
    assert found[0].startswith("jobs.py:2 is SQL outside a store")


def test_a_statement_in_a_store_is_at_home(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    inside, beside = tmp_path / "store" / "jobs.py", tmp_path / "store.py"
    for module in (inside, beside):
        module.write_text('sql = "SELECT 1"\n')

    assert statements_outside_stores([inside, beside]) == []


def test_a_docstring_that_sounds_like_a_statement_is_none(tmp_path: Path) -> None:
    module = tmp_path / "jobs.py"
    module.write_text('"""Where to select jobs from a list."""\n\n\ndef pick():\n    """Select one from the list."""\n')

    assert statements_outside_stores([module]) == []


def test_what_is_shown_as_text_is_sorted_by_its_column() -> None:
    found = [
        f"{source.place(module, line)} sorts by the text of {name}: say whose column it is"
        for module in source.member_modules()
        if _keeps_sql(module)
        for line, text in source.strings(module)
        for name in sorted_as_text(text)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("SELECT id::text, name FROM jobs ORDER BY name, id DESC", ["id"]),
        ("SELECT jobs.id::text FROM jobs ORDER BY id LIMIT 1", ["id"]),
        ("SELECT id::text AS id FROM jobs ORDER BY id", ["id"]),
        ("SELECT id::text, name FROM jobs ORDER BY jobs.id", []),
        ("SELECT id::text FROM (SELECT id FROM jobs ORDER BY id LIMIT 1) AS page", []),
        ("SELECT id::text AS job_id, array_agg(name ORDER BY id) FROM jobs ORDER BY id", []),
    ],
)
def test_sorting_by_what_is_shown_as_text_is_found(statement: str, found: list[str]) -> None:
    assert sorted_as_text(statement) == found
