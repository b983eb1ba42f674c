"""Where one call to the gateway is described: what is sent, and what comes back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter

from contracts.api.page import Page
from contracts.ids import new_id
from ratchet.wire.files import Sink, Upload

Answer = TypeVar("Answer")
Item = TypeVar("Item")
Model = TypeVar("Model", bound=BaseModel)
Term = str | int | float | datetime | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """A request; ``read`` makes the answer of the response's body. ``key`` makes it safe to send again.

    A file is sent instead of a body as ``upload``, and received instead of an answer into ``sink``. Only what still has
    ``revision`` is changed.
    """

    method: str
    path: str
    read: Callable[[bytes], Answer]
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    key: str | None = None
    upload: Upload | None = None
    sink: Sink | None = None
    revision: int | None = None

    @property
    def repeatable(self) -> bool:
        """Say whether the same can be sent again: not what was read from a pipe."""
        return self.upload is None or self.upload.repeatable


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One server-sent event, as it came."""

    id: str
    kind: str
    content: str


@dataclass(frozen=True, slots=True)
class Stream(Generic[Item]):
    """A stream of server-sent events, begun after ``after``; ``ends`` says which item is the last.

    Nobody waits for it longer than ``within_s``, if that is given.
    """

    call: Call[None]
    read: Callable[[ServerEvent], Item]
    ends: Callable[[Item], bool]
    after: str = ""
    within_s: float | None = None


def at(*parts: str) -> str:
    """Write a path under ``/v1``; whatever is in a part stays one part."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def get(path: str, answer: type[Model], **query: Term) -> Call[Model]:
    """Describe a GET; terms that are None are left out."""
    return Call("GET", path, answer.model_validate_json, _written(query))


def get_object(path: str) -> Call[dict[str, Any]]:
    """Describe a GET of a JSON object of any members."""
    return Call("GET", path, TypeAdapter(dict[str, Any]).validate_json)


def post(path: str, answer: type[Model], body: BaseModel | Sequence[BaseModel] | None = None) -> Call[Model]:
    """Describe a POST, with an Idempotency-Key of its own."""
    return Call("POST", path, answer.model_validate_json, body=_encoded(body), key=new_id())


def tell(path: str, body: BaseModel) -> Call[None]:
    """Describe a POST that is answered with nothing, with an Idempotency-Key of its own."""
    return Call("POST", path, _nothing, body=_encoded(body), key=new_id())


def send(path: str, answer: type[Model], upload: Upload) -> Call[Model]:
    """Describe a POST of a file in a form, with an Idempotency-Key of its own."""
    return Call("POST", path, answer.model_validate_json, key=new_id(), upload=upload)


def fetch(path: str, sink: Sink, **query: Term) -> Call[Path]:
    """Describe a GET of a file; the answer is its path."""
    return Call("GET", path, lambda _: sink.path, _written(query), sink=sink)


def fetch_posted(path: str, sink: Sink, body: BaseModel) -> Call[Path]:
    """Describe a POST that is answered with a file; the answer is its path."""
    return Call("POST", path, lambda _: sink.path, body=_encoded(body), key=new_id(), sink=sink)


def put(path: str, answer: type[Model], body: BaseModel) -> Call[Model]:
    """Describe a PUT."""
    return Call("PUT", path, answer.model_validate_json, body=_encoded(body))


def patch(path: str, answer: type[Model], body: BaseModel, **query: Term) -> Call[Model]:
    """Describe a PATCH; only the fields that were given are sent, and terms that are not None."""
    return Call("PATCH", path, answer.model_validate_json, _written(query), _encoded(body))


def delete(path: str, **query: Term) -> Call[None]:
    """Describe a DELETE; terms that are None are left out."""
    return Call("DELETE", path, _nothing, _written(query))


def only_if(revision: int | None, call: Call[Answer]) -> Call[Answer]:
    """Have a call refused as `Stale` unless what it changes has this revision."""
    return replace(call, revision=revision)


def stream(
    path: str, read: Callable[[ServerEvent], Item], *, ends: Callable[[Item], bool], **query: Term
) -> Stream[Item]:
    """Describe a stream."""
    return Stream(Call("GET", path, _nothing, _written(query)), read, ends)


def next_page(call: Call[Page[Item]], page: Page[Item]) -> Call[Page[Item]] | None:
    """Describe the call for the page after this one, if there is one."""
    if page.next_cursor is None:
        return None
    return replace(call, query={**call.query, "cursor": page.next_cursor})


def _written(query: Mapping[str, Term]) -> dict[str, str]:
    return {name: _term(value) for name, value in query.items() if value is not None}


def _term(value: str | float | datetime | Sequence[str]) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float) else ",".join(value)


def _encoded(body: BaseModel | Sequence[BaseModel] | None) -> bytes | None:
    if body is None:
        return None
    if isinstance(body, BaseModel):
        return body.model_dump_json(exclude_unset=True).encode()
    return TypeAdapter(list[BaseModel]).dump_json(list(body), exclude_unset=True, serialize_as_any=True)


def _nothing(_body: bytes) -> None:
    return None
