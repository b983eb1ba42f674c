"""Where messages of applications are read, item by item, so that a broken one does not take others with it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast
from uuid import NAMESPACE_OID, uuid5

import orjson
from pydantic import TypeAdapter, ValidationError

from chassis import store
from chassis.rpc.answering import invalid
from contracts.api.feedback import NewFeedback
from contracts.api.inference import NewInference
from contracts.events.ingest import Ingest
from contracts.ids import Key
from contracts.topology import INGEST_CONSUMER
from feedback.ingest.labels import countable
from feedback.store.inferences import NewRow
from feedback.store.letters import ORIGIN
from feedback.store.opinions import Opinion

MOST_ITEMS = 1000
Tasks = frozenset[tuple[str, str]]
_NAME = TypeAdapter(Key)
_INFERENCE = TypeAdapter(NewInference)
_FEEDBACK = TypeAdapter(NewFeedback)
_NUL = b"\\u0000"


class Where(NamedTuple):
    """Where in the stream a message is, and since when; both stay the same when it is delivered again."""

    origin: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message; most bring their own ids and times, so that its place in the stream is worked out only if needed."""

    subject: str
    body: bytes
    where: Callable[[], Where]


@dataclass(slots=True)
class Items:
    """What was in some messages, each item once, by tenant and id; and what is broken."""

    inferences: dict[tuple[str, str], NewRow] = field(default_factory=dict[tuple[str, str], NewRow])
    opinions: dict[tuple[str, str], Opinion] = field(default_factory=dict[tuple[str, str], Opinion])
    letters: list[store.Letter] = field(default_factory=list[store.Letter])

    def tasks(self) -> Tasks:
        """Give tenant and task of everything that can be stored."""
        return frozenset({(row.tenant, row.task) for row in (*self.inferences.values(), *self.opinions.values())})


class _Entry(NamedTuple):
    tenant: str
    value: Any
    message: Delivered
    number: int

    @property
    def origin(self) -> str:
        return f"{self.message.where().origin}.{self.number}"

    @property
    def derived_id(self) -> str:
        return str(uuid5(NAMESPACE_OID, self.origin))


def read(messages: Iterable[Delivered], unknown: Tasks = frozenset()) -> Items:
    """Read messages; of items with the same id the first counts, and items of unknown tasks are broken."""
    items = Items()
    for message in messages:
        _, tenant, noun = message.subject.split(".")
        add = _add_inference if noun == Ingest.INFERENCE else _add_opinion
        try:
            values, suspect = _open(tenant, message.body)
        except ValueError as wrong:
            items.letters.append(letter(tenant, message, message.body, _sentence(wrong)))
            continue
        for index, value in enumerate(values):
            entry = _Entry(tenant, value, message, index)
            try:
                if suspect:
                    _refuse_nul(value)
                add(items, entry, unknown)
            except ValueError as wrong:
                items.letters.append(_item_letter(entry, wrong, alone=len(values) == 1))
    return items


def letter(tenant: str, message: Delivered, body: bytes, reason: str) -> store.Letter:
    """Make a letter of a whole message."""
    headers = {ORIGIN: message.where().origin}
    return store.Letter(tenant, INGEST_CONSUMER, store.Outgoing(message.subject, headers, body), reason)


def _item_letter(entry: _Entry, wrong: ValueError, *, alone: bool) -> store.Letter:
    sentence = _sentence(wrong)
    reason = sentence if alone else f"item {entry.number}: {sentence}"
    try:
        body = orjson.dumps(entry.value)
    except TypeError:
        body = entry.message.body
    outgoing = store.Outgoing(entry.message.subject, {ORIGIN: entry.origin}, body)
    return store.Letter(entry.tenant, INGEST_CONSUMER, outgoing, reason)


def _sentence(wrong: ValueError) -> str:
    if isinstance(wrong, ValidationError):
        return invalid(wrong).detail
    return f"not readable as JSON: {wrong}" if isinstance(wrong, orjson.JSONDecodeError) else str(wrong)


def _open(tenant: str, body: bytes) -> tuple[list[Any], bool]:
    """Give the items of a message, and whether one of them may contain NUL characters, which Postgres cannot store."""
    _check_name(tenant)
    value = orjson.loads(body)
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    if len(values) > MOST_ITEMS:
        message = f"{len(values):,} items; one message carries at most {MOST_ITEMS:,}"
        raise ValueError(message)
    return values, _NUL in body


@lru_cache(maxsize=10_000)
def _check_name(tenant: str) -> None:
    _NAME.validate_python(tenant)


def _add_inference(items: Items, entry: _Entry, unknown: Tasks) -> None:
    sent = _INFERENCE.validate_python(entry.value)
    tenant, id = entry.tenant, sent.id or entry.derived_id
    _refuse_unknown((tenant, sent.task), unknown)
    row = NewRow(
        tenant, id, sent.task, sent.version_id, sent.unit, sent.session, _json(sent.input), _json(sent.output),
        countable(sent.output), sent.confidence, sent.latency_ms, sent.tokens_in, sent.tokens_out, sent.cost_usd,
        sent.error, sent.occurred_at or entry.message.where().sent_at,
    )  # fmt: skip
    items.inferences.setdefault((tenant, id), row)


def _add_opinion(items: Items, entry: _Entry, unknown: Tasks) -> None:
    sent = _FEEDBACK.validate_python(entry.value)
    tenant, key = entry.tenant, sent.key or entry.derived_id
    _refuse_unknown((tenant, sent.task), unknown)
    opinion = Opinion(
        tenant, key, sent.inference_id, sent.task, sent.operation.value, sent.verdict.value if sent.verdict else None,
        sent.score, _json(sent.input), _json(sent.correction), countable(sent.correction), sent.comment, sent.used,
        sent.helpful, sent.by, sent.source.value, sent.occurred_at or entry.message.where().sent_at, sent.metric,
        sent.value,
    )  # fmt: skip
    items.opinions.setdefault((tenant, key), opinion)


def _json(value: object) -> str | None:
    try:
        return None if value is None else orjson.dumps(value).decode()
    except TypeError as deep:
        message = f"cannot be stored: {deep}"
        raise ValueError(message) from deep


def _refuse_unknown(task: tuple[str, str], unknown: Tasks) -> None:
    if task in unknown:
        message = f"task: there is no task {task[1]!r}; create it first"
        raise ValueError(message)


def _refuse_nul(value: object) -> None:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str) and "\x00" in each:
            message = "must not contain NUL characters"
            raise ValueError(message)
        if isinstance(each, dict):
            waiting += [*each, *each.values()]  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(each, list):
            waiting += each  # pyright: ignore[reportUnknownArgumentType]
