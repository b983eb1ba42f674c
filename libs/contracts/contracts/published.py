"""Where the JSON schemas of all messages are made, and a change that would break a reader is found out."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from contracts import commands, events
from contracts.api.feedback import NewFeedback
from contracts.api.inference import NewInference
from contracts.api.prompt import ServedPrompt
from contracts.api.route import Route
from contracts.api.setting import KeptSettings
from contracts.api.webhook import WebhookEvent

Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """Give the schema of every event, command, answer, and of what applications exchange with Ratchet, by name."""
    made = {f"event.{event.subject}": event.model_json_schema() for event in events.ALL}
    for command in commands.ALL:
        made[f"command.{command.subject}"] = command.model_json_schema()
        made[f"answer.{command.subject}"] = TypeAdapter[Any](command.answer_shape()).json_schema(mode="serialization")
    made["ingest.inference"] = NewInference.model_json_schema()
    made["ingest.feedback"] = NewFeedback.model_json_schema()
    made["bucket.routes"] = Route.model_json_schema()
    made["bucket.prompts"] = ServedPrompt.model_json_schema()
    made["bucket.settings"] = KeptSettings.model_json_schema()
    made["webhook.event"] = WebhookEvent.model_json_schema()
    return made


def breaks(published: Schema, present: Schema) -> tuple[str, ...]:
    """Say how messages of the published schema would no longer be understood; nothing if only optional fields came."""
    here = _breaks_here(published, present, "")
    old, new = published.get("$defs", {}), present.get("$defs", {})
    below = (each for name in old if name in new for each in _breaks_here(old[name], new[name], f"{name}."))
    return (*here, *below)


def _breaks_here(published: Schema, present: Schema, where: str) -> Iterable[str]:
    old, new = published.get("properties", {}), present.get("properties", {})
    narrower = (name for name in old.keys() & new.keys() if not _types(old[name]) <= _types(new[name]))
    yield from (f"{where}{name} is gone" for name in old.keys() - new.keys())
    yield from (f"{where}{name} is newly required" for name in _required(present) - _required(published))
    yield from (f"{where}{name} is of another type" for name in narrower)
    yield from (f"{where}{value!r} is no longer a value" for value in _values(published) - _values(present))


def _required(schema: Schema) -> set[str]:
    return set(schema.get("required", ()))


def _values(schema: Schema) -> set[str]:
    return set(schema.get("enum", ()))


def _types(schema: Schema) -> set[str]:
    """Give the types that a property may have; a reference counts by its name, no type at all as any."""
    branches = schema.get("anyOf", [schema])
    return {str(branch.get("$ref") or branch.get("type") or "any") for branch in branches}
