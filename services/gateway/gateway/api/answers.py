"""Where /openapi.json learns all that an operation may answer, with which headers, and what it is asked with."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI

from gateway.api import headings, illustrating, problems
from gateway.api.headings import ETAG, HEADERS, IDEMPOTENCY_KEY, REPLAYED, TENANT
from gateway.api.repeating import QUESTIONS
from gateway.api.visitor import OPEN

Operation = dict[str, Any]

_READING = "get"
_ALWAYS = frozenset({401, 403, 422, 429, 500, 503, 504})
_FINDING = frozenset({"task", "version"})
"""The parameters that name something which may not be there."""

_WITH_BODY = frozenset({400, 413})
_SECURITY = {"key": {"type": "http", "scheme": "bearer", "description": "An API key, or the token of a session."}}


class Described(FastAPI):
    """An application whose document also says what may happen because of what a request names, or had in view."""

    def openapi(self) -> dict[str, Any]:
        """Give the document; asked again, it is the same one."""
        if self.openapi_schema:
            return self.openapi_schema
        document = super().openapi()
        components = document["components"]
        components["securitySchemes"] = _SECURITY | components.get("securitySchemes", {})
        components["headers"] = HEADERS
        document["security"] = [{name: []} for name in _SECURITY]
        for path, operations in document["paths"].items():
            edited = any("if-match" in _named(each) for each in operations.values())
            for method, operation in operations.items():
                if (method.upper(), path) in OPEN:
                    operation["security"] = []
                _move_definitions(operation, components["schemas"])
                _complete(path, method, operation, is_edited=edited)
                illustrating.illustrate(operation, components["schemas"])
        return document


def _complete(path: str, method: str, operation: Operation, *, is_edited: bool) -> None:
    for header in _taken(method, operation):
        _take(operation, header)
    described = {
        str(status): answer for status, answer in problems.described(_refusals(path, method, operation)).items()
    }
    operation["responses"] = dict(sorted((described | operation["responses"]).items()))
    for status, answer in operation["responses"].items():
        told = headings.of(int(status))
        if status.startswith("2"):
            told += (ETAG,) if is_edited and (method == _READING or "if-match" in _named(operation)) else ()
            told += (REPLAYED,) if _is_kept(path, method, operation) else ()
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in told} | answer.get(
            "headers", {}
        )


def _move_definitions(operation: Operation, schemas: dict[str, Any]) -> None:
    """Move the parts of bodies that were written by hand to where references look for them."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schemas.update(content.get("schema", {}).pop("$defs", {}))


def _refusals(path: str, method: str, operation: Operation) -> set[int]:
    statuses = set(_ALWAYS)
    if "{" in path or _FINDING.intersection(_named(operation)):
        statuses.add(404)
    if _is_kept(path, method, operation):
        statuses |= {404, 409}
    if "requestBody" in operation:
        statuses |= _WITH_BODY
    if "if-match" in _named(operation):
        statuses.add(412)
    return statuses


def _taken(method: str, operation: Operation) -> Iterable[dict[str, Any]]:
    """Give the headers that an operation takes besides its own."""
    if operation.get("security") == []:
        return
    if method != _READING:
        yield IDEMPOTENCY_KEY
    yield TENANT


def _is_kept(path: str, method: str, operation: Operation) -> bool:
    """Say whether the answer is kept for whoever asks again; what is taken in is recognised by the ids of its items."""
    if method == _READING or path in QUESTIONS:
        return False
    return "ingest" not in operation.get("tags", ()) and operation.get("security") != []


def _take(operation: Operation, header: dict[str, Any]) -> None:
    if header["name"] not in _named(operation):
        operation["parameters"] = [*operation.get("parameters", ()), header]


def _named(operation: Operation) -> Iterable[str]:
    return [each["name"] for each in operation.get("parameters", ())]
