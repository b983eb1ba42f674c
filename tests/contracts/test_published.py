"""Where the published schemas are held against the code."""

import json
from collections.abc import Mapping
from pkgutil import iter_modules
from typing import Any

import pytest

from contracts import asyncapi, commands, events, published
from docs.generate import SCHEMAS

OLD = {"properties": {"task": {"type": "string"}, "n": {"type": "integer"}}, "required": ["task"]}


@pytest.mark.parametrize("name", sorted(published.schemas()))
def test_a_message_is_published_and_still_understood(name: str) -> None:
    stored = json.loads((SCHEMAS / f"{name}.json").read_text())

    assert published.breaks(stored, published.schemas()[name]) == ()


def test_no_schema_is_left_of_a_message_that_is_gone() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(published.schemas())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"properties": {"task": {"type": "string"}}}, "n is gone"),
        ({"required": ["task", "n"]}, "n is newly required"),
        ({"properties": {"task": {"type": "string"}, "n": {"type": "string"}}}, "n is of another type"),
    ],
)
def test_a_change_that_breaks_readers_is_found(change: Mapping[str, Any], complaint: str) -> None:
    assert published.breaks(OLD, OLD | dict(change)) == (complaint,)


def test_a_new_optional_field_breaks_nobody() -> None:
    wider = {"properties": OLD["properties"] | {"more": {"type": "string"}}, "required": ["task"]}

    assert published.breaks(OLD, wider) == ()


def test_a_value_that_is_no_longer_allowed_is_found() -> None:
    old, new = {"enum": ["good", "bad"]}, {"enum": ["good"]}

    assert published.breaks(old, new) == ("'bad' is no longer a value",)


def test_every_event_has_a_producer_and_somebody_who_listens() -> None:
    for event in events.ALL:
        assert event.producer
        assert event.consumers, event.__name__


def test_every_module_of_commands_is_listed() -> None:
    there = {module.name for module in iter_modules(commands.__path__)} - {"listing"}

    assert {command.__module__.rpartition(".")[2] for command in commands.ALL} == there


def test_subjects_are_unique() -> None:
    assert len({event.subject for event in events.ALL}) == len(events.ALL)
    assert len({(command.owner, command.subject) for command in commands.ALL}) == len(commands.ALL)


def test_the_asyncapi_document_refers_only_to_what_it_holds() -> None:
    document = asyncapi.document("1.0.0")

    references = [each for each in _references(document) if not each.startswith("#/components/messages/")]
    messages = {each.split("/")[3] for each in _references(document) if each.startswith("#/components/messages/")}

    assert messages <= set(document["components"]["messages"])
    assert {each.removeprefix("#/channels/") for each in references} == set(document["channels"])


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [each for value in part.values() for each in _references(value)]
    return [each for value in part for each in _references(value)] if isinstance(part, list) else []
