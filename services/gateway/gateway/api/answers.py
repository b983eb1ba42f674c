"""Where /openapi.json learns which refusals and which headers an operation has beyond those of all."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI

from gateway.api import problems

_READING = "get"
_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same request sent again with the same key is done once, and gets the same answer.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,128}$"},
}


class Described(FastAPI):
    """An application whose document also says what may happen because of what a request names, or had in view."""

    def openapi(self) -> dict[str, Any]:
        """Give the document; asked again, it is the same one."""
        document = super().openapi()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _complete(path, method, operation)
        return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    statuses = set[int]()
    if "{" in path:
        statuses.add(404)
    if method != _READING and "ingest" not in operation["tags"]:
        statuses |= {404, 409}
        _take(operation, _KEY)
    if "if-match" in _named(operation):
        statuses.add(412)
    described = {str(status): answer for status, answer in problems.described(statuses).items()}
    operation["responses"] = dict(sorted((described | operation["responses"]).items()))


def _take(operation: dict[str, Any], header: dict[str, Any]) -> None:
    if header["name"] not in _named(operation):
        operation["parameters"] = [*operation.get("parameters", ()), header]


def _named(operation: dict[str, Any]) -> Iterable[str]:
    return [each["name"] for each in operation.get("parameters", ())]
