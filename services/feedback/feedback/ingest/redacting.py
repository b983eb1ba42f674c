"""Where it is said in which fields of items texts are redacted, in which names are, and which stay as they are.

What ties items together stays: ids, keys, tasks, versions, and units, by which a split is repeated and subjects are
erased. `by` and `session` tell people and conversations apart, so that what is found in them becomes a hash.
"""

from typing import Any, TypeVar, cast

from pydantic import BaseModel

from feedback.redaction.redactor import Redactor

_TIES = frozenset(("id", "key", "inference_id", "task", "version_id", "unit", "occurred_at", "metric", "model"))
_NAMES = frozenset(("by", "session"))
_TEXTS = frozenset(("input", "output", "error", "correction", "comment", *_NAMES))
Sent = TypeVar("Sent", bound=BaseModel)


def item(redactor: Redactor, sent: object) -> Any:  # noqa: ANN401 (JSON, as it came)
    """Redact an item as it was sent, right or broken; raises `ValueError` where it is nested too deep."""
    if not isinstance(sent, dict):
        return redactor.value(sent)
    named = cast("dict[str, object]", sent).items()
    return {
        name if name in _TIES | _NAMES else redactor.text(name): field(redactor, name, each) for name, each in named
    }


def field(redactor: Redactor, name: str, value: object) -> Any:  # noqa: ANN401
    """Redact a field."""
    if name in _TIES and isinstance(value, str):
        return value
    if name in _NAMES and isinstance(value, str):
        return redactor.identifier(value)
    return redactor.value(value)


def model(redactor: Redactor | None, sent: Sent) -> Sent:
    """Redact an item that is right; raises `ValueError` where it is nested too deep."""
    if redactor is None:
        return sent
    given = {name: getattr(sent, name) for name in sent.model_fields_set & _TEXTS}
    return sent.model_copy(update={name: field(redactor, name, each) for name, each in given.items()})


def body(redactor: Redactor | None, sent: bytes) -> bytes:
    """Redact a message that cannot be read, as one text."""
    return sent if redactor is None else redactor.text(sent.decode(errors="replace")).encode(errors="replace")


def sentence(redactor: Redactor | None, reason: str) -> str:
    """Redact a reason, as it may quote what was sent."""
    return reason if redactor is None else redactor.text(reason)
