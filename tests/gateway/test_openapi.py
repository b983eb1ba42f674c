"""Where /openapi.json is held against the routes: every body and answer has an example, every status is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from gateway.api import application

Operation = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Operation:
    return application.build().openapi()


def operations(document: Operation) -> Iterator[tuple[str, Operation]]:
    for path, found in document["paths"].items():
        for method, operation in found.items():
            yield f"{method.upper()} {path}", operation


@pytest.mark.parametrize(
    "route", [each for each in application.known_routes() if each.body_field], ids=lambda route: route.path
)
def test_the_example_of_a_body_would_be_accepted(route: APIRoute, document: Operation) -> None:
    operation = document["paths"][route.path_format][next(iter(route.methods)).lower()]

    shown = operation["requestBody"]["content"]["application/json"]["example"]

    assert route.body_field
    assert TypeAdapter(route.body_field.field_info.annotation).validate_python(shown)


def test_every_answer_in_json_has_an_example(document: Operation) -> None:
    lacking = [
        name
        for name, operation in operations(document)
        for status, answer in operation["responses"].items()
        if status.startswith("2") and "schema" in (content := answer.get("content", {}).get("application/json", {}))
        if not content.keys() & {"example", "examples"} and content["schema"]
    ]

    assert lacking == []


def test_every_operation_has_a_name_of_its_own_and_a_sentence(document: Operation) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    silent = [name for name, operation in operations(document) if not operation.get("description")]

    assert len(set(names)) == len(names)
    assert silent == []


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (value for name, value in part.items() if name == "$ref" and isinstance(value, str))
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from references(each)


def found_at(document: Operation, reference: str) -> Any:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step, {})
    return found


def test_whatever_is_referred_to_is_there(document: Operation) -> None:
    assert {each for each in references(document) if not found_at(document, each)} == set()


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("POST /v1/tasks", {"201", "400", "401", "403", "404", "409", "413", "422", "429", "500", "503", "504"}),
        ("GET /v1/tasks", {"200", "401", "403", "422", "429", "500", "503", "504"}),
        (
            "PATCH /v1/tasks/{task}",
            {"200", "400", "401", "403", "404", "409", "412", "413", "422", "429", "500", "503", "504"},
        ),
        ("POST /v1/feedback", {"202", "400", "401", "403", "413", "422", "429", "500", "503", "504"}),
    ],
)
def test_an_operation_tells_every_status_that_it_can_have(name: str, statuses: set[str], document: Operation) -> None:
    assert dict(operations(document))[name]["responses"].keys() == statuses


def test_headers_are_told_with_the_answers_that_have_them(document: Operation) -> None:
    known = dict(operations(document))
    edit = known["PATCH /v1/tasks/{task}"]["responses"]

    assert {"ETag", "X-Request-Id", "RateLimit-Remaining", "Idempotency-Replayed"} <= edit["200"]["headers"].keys()
    assert "ETag" in known["GET /v1/tasks/{task}"]["responses"]["200"]["headers"]
    assert "Retry-After" in edit["429"]["headers"]
    assert edit["422"]["content"].keys() == {"application/problem+json"}


def test_how_one_shows_who_one_is_is_told(document: Operation) -> None:
    (scheme,) = [each for each in document["components"]["securitySchemes"].values() if each["type"] == "http"]

    assert scheme["scheme"] == "bearer"
    assert document["security"]
