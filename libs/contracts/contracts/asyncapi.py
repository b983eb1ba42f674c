"""Where the AsyncAPI 3.0 document is made: what may be published to Ratchet, and what it says."""

from typing import Any

from contracts import events
from contracts.api.feedback import NewFeedback
from contracts.api.inference import NewInference
from contracts.events.ingest import Ingest

_TENANT = {"tenant": {"description": "The tenant's key."}}


def document(version: str) -> dict[str, Any]:
    """Make the document for a version of Ratchet."""
    ingest = {Ingest.INFERENCE: NewInference, Ingest.FEEDBACK: NewFeedback}
    channels: dict[str, Any] = {
        f"ingest.{item}": _channel(Ingest.address("{tenant}", item), shape.__name__) for item, shape in ingest.items()
    }
    channels |= {event.subject: _channel(event.address("{tenant}"), event.__name__) for event in events.ALL}
    shapes = [*ingest.values(), *events.ALL]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Ratchet", "version": version, "license": {"name": "Apache-2.0"}},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {name: _operation(name) for name in channels},
        "components": {"messages": {shape.__name__: _message(shape) for shape in shapes}},
    }


def _channel(address: str, message: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/messages/{message}"}
    return {"address": address, "parameters": _TENANT, "messages": {message: reference}}


def _operation(channel: str) -> dict[str, Any]:
    action = "receive" if channel.startswith("ingest.") else "send"
    return {"action": action, "channel": {"$ref": f"#/channels/{channel.replace('/', '~1')}"}}


def _message(shape: Any) -> dict[str, Any]:  # noqa: ANN401 (a pydantic model's class)
    schema = shape.model_json_schema(ref_template=f"#/components/messages/{shape.__name__}/payload/$defs/{{model}}")
    return {"name": shape.__name__, "summary": (shape.__doc__ or "").strip().splitlines()[0], "payload": schema}
