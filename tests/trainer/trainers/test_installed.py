"""Where kinds are shown to be found by name."""

import csv
from typing import Any

import pytest

from trainer.trainers import installed


def test_our_kinds_are_found_without_installed_metadata() -> None:
    kind = installed.find("classification")

    assert kind.name == "classification"
    assert kind.tables[0].name == "texts"


def test_an_unknown_kind_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(installed.UnknownKind, match=r"no kind 'clasification'; installed are: .*classification"):
        installed.find("clasification")


@pytest.mark.parametrize("name", installed.NAMES)
def test_every_parameter_of_a_kind_has_a_default_bounds_and_a_description(name: str) -> None:
    parameters = installed.find(name).parameters

    fields = parameters.model_json_schema()["properties"]

    assert parameters.model_config["extra"] == "forbid"
    assert not any(field.is_required() for field in parameters.model_fields.values())
    assert [each for each, field in fields.items() if not field.get("description") or unbounded(field)] == []


def unbounded(field: dict[str, Any]) -> bool:
    """Say whether a number or a text may be of any size."""
    branches = field.get("anyOf", [field])
    return any(
        (branch.get("type") in {"integer", "number"} and not _ends(branch))
        or (branch.get("type") == "string" and not {"enum", "const", "maxLength"} & branch.keys())
        for branch in branches
    )


def _ends(branch: dict[str, Any]) -> bool:
    lowest, highest = {"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}
    return bool(lowest & branch.keys()) and bool(highest & branch.keys())


@pytest.mark.parametrize("name", installed.NAMES)
def test_every_kind_describes_its_tables_and_shows_an_example_of_each(name: str) -> None:
    kind = installed.find(name)

    for table in kind.tables:
        header, *rows = csv.reader(table.template.splitlines())
        assert set(table.required) <= set(header), table.name
        assert rows, table.name
        assert all(len(row) == len(header) for row in rows), table.name
        assert all(column.meaning for column in table.columns)
