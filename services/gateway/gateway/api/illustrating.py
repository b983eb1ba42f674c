"""Where /openapi.json gets an example of every request and answer, made from what the fields say of themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.api.specimens import REQUESTS

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]

_JSON = "application/json"
_DEEPEST = 6
_ID = "0199a3c4-5b6d-7e8f-9a0b-1c2d3e4f5a6b"
_NAMED: Mapping[str, Any] = {
    "id": _ID,
    "key": "tickets",
    "task": "tickets",
    "tenant": "acme",
    "kind": "classification",
    "email": "ada@example.org",
    "cron": "0 3 * * 1",
    "timezone": "Europe/Berlin",
    "next_cursor": None,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "url": "https://example.org/hooks/ratchet",
}
_FORMATS: Mapping[str, Any] = {
    "date-time": "2026-01-31T09:30:00Z",
    "date": "2026-01-31",
    "uuid": _ID,
    "uri": "https://example.org/",
    "email": "ada@example.org",
    "binary": "",
}
_PATTERNS: Mapping[str, str] = {
    r"^[0-9a-f]{64}$": _NAMED["sha256"],
    r"^[a-z][a-z0-9+.-]*:[^\s\x00-\x1f]+$": "s3://models/tickets/7",
}


def illustrate(operation: dict[str, Any], schemas: Schemas) -> None:
    """Add examples to an operation wherever it has none."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and "example" not in parameter:
            parameter["example"] = example(parameter["schema"], schemas, parameter["name"])
    _illustrate(operation.get("requestBody", {}), schemas, is_request=True)
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            _illustrate(answer, schemas, is_request=False)


def example(schema: Schema, schemas: Schemas, name: str = "", *, is_request: bool = False, depth: int = 0) -> Any:  # noqa: ANN401 (any JSON)
    """Make an example of a schema; of a request, with the fields that it needs and those that show theirs."""
    if is_request and (specimen := _specimen(schema)):
        return specimen
    schema = _resolved(schema, schemas)
    given = _given(schema)
    if given is not _NONE:
        return given
    if "properties" in schema and depth < _DEEPEST:
        shown = _shown(schema, schemas) if is_request else schema["properties"]
        return {
            each: example(schema["properties"][each], schemas, each, is_request=is_request, depth=depth + 1)
            for each in shown
        }
    if schema.get("type") == "array":
        items: Schema = schema.get("items") or {}
        one = example(items, schemas, name.removesuffix("s"), is_request=is_request, depth=depth + 1)
        return [one] * (max(1, schema.get("minItems", 1)) if depth < _DEEPEST else 0)
    return _NAMED[name] if name in _NAMED and schema.get("type", "string") == "string" else _plain(schema, name)


_NONE = object()


def _shown(schema: Schema, schemas: Schemas) -> Sequence[str]:
    """Name the fields that a request needs, and those that show an example; if there are none, the first."""
    fields: Schema = schema["properties"]
    needed = schema.get("required", ())
    return [each for each in fields if each in needed or "examples" in _resolved(fields[each], schemas)] or [*fields][
        :1
    ]


def _illustrate(part: dict[str, Any], schemas: Schemas, *, is_request: bool) -> None:
    content = part.get("content", {}).get(_JSON)
    if content and not content.keys() & {"example", "examples"} and content.get("schema"):
        content["example"] = example(content["schema"], schemas, is_request=is_request)


def _resolved(schema: Schema, schemas: Schemas) -> Schema:
    """Follow references, and pick the first of several possibilities that is not null."""
    while True:
        choices = [each for each in schema.get("anyOf", schema.get("oneOf", ())) if each.get("type") != "null"]
        if "examples" in schema or "example" in schema:
            return schema
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rsplit("/", 1)[-1]]
        elif choices:
            schema = {**{name: value for name, value in schema.items() if name not in {"anyOf", "oneOf"}}, **choices[0]}
        elif schema.get("allOf"):
            schema = schema["allOf"][0]
        else:
            return schema


def _specimen(schema: Schema) -> Any:  # noqa: ANN401
    """Give the example that was written by hand for one of the possibilities."""
    named = (each.get("$ref", "").rpartition("/")[2] for each in (schema, *schema.get("anyOf", ())))
    return next((REQUESTS[name] for name in named if name in REQUESTS), None)


def _given(schema: Schema) -> Any:  # noqa: ANN401
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("enum"):
        return schema["enum"][0]
    return next((schema[name] for name in ("example", "const", "default") if schema.get(name) is not None), _NONE)


def _plain(schema: Schema, name: str) -> Any:  # noqa: ANN401
    kind = schema.get("type")
    if kind == "string":
        return _text(schema, name)
    if kind in {"integer", "number"}:
        least = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
        return min(least or 0, schema.get("maximum", least or 0))
    if kind == "boolean":
        return False
    return None if kind == "null" else {}


def _text(schema: Schema, name: str) -> str:
    known = _FORMATS.get(schema.get("format", "")) or _PATTERNS.get(schema.get("pattern", ""))
    if known is not None:
        return known
    if name.endswith("_id"):
        return _ID
    return name.replace("_", "-").ljust(schema.get("minLength", 0), "-")[: schema.get("maxLength", 100)]
