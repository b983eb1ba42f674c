"""Where messages of applications are read, item by item, so that a broken one does not take others with it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import NAMESPACE_OID, uuid5

import orjson
from pydantic import TypeAdapter, ValidationError

from chassis import store
from chassis.rpc.answering import invalid
from contracts import storable
from contracts.api.feedback import NewFeedback
from contracts.api.inference import NewInference
from contracts.events.ingest import Ingest
from contracts.topology import INGEST_CONSUMER
from feedback.ingest import opening, redacting
from feedback.ingest.labels import countable
from feedback.redaction.redactor import Redactor
from feedback.store.inferences import NewRow
from feedback.store.letters import ORIGIN
from feedback.store.opinions import Opinion

Tasks = frozenset[tuple[str, str]]
Redactors = Mapping[str, Redactor]
"""What is taken out of the texts of each tenant; one that asked for nothing is missing."""

_INFERENCE = TypeAdapter(NewInference)
_FEEDBACK = TypeAdapter(NewFeedback)


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
    """What was in some messages, each item once, by tenant and id; and what is broken.

    ``unlabelled`` are tasks whose answers are texts of their own, not one of some labels.
    """

    inferences: dict[tuple[str, str], NewRow] = field(default_factory=dict[tuple[str, str], NewRow])
    opinions: dict[tuple[str, str], Opinion] = field(default_factory=dict[tuple[str, str], Opinion])
    letters: list[store.Letter] = field(default_factory=list[store.Letter])
    unlabelled: Tasks = frozenset()

    def tasks(self) -> Tasks:
        """Give tenant and task of everything that can be stored."""
        return frozenset({(row.tenant, row.task) for row in (*self.inferences.values(), *self.opinions.values())})


class _Entry(NamedTuple):
    tenant: str
    value: Any
    message: Delivered
    number: int
    redactor: Redactor | None

    @property
    def origin(self) -> str:
        return f"{self.message.where().origin}.{self.number}"

    @property
    def derived_id(self) -> str:
        return str(uuid5(NAMESPACE_OID, self.origin))

    def of_task(self, task: object) -> Redactor | None:
        return self.redactor and self.redactor.of_task(task if isinstance(task, str) else None)


def read(messages: Iterable[Delivered], unknown: Tasks = frozenset(), redactors: Redactors | None = None) -> Items:
    """Read messages; of items with the same id the first counts, and items of unknown tasks are broken."""
    items, known = Items(), redactors or {}
    for message in messages:
        tenant = message.subject.split(".")[1]
        redactor = known.get(tenant)
        try:
            values, suspect = opening.items(tenant, message.body)
        except ValueError as wrong:
            items.letters.append(letter(message, _sentence(wrong), redactor))
            continue
        for index, value in enumerate(values):
            entry = _Entry(tenant, value, message, index, redactor)
            try:
                if suspect:
                    storable.check(value)
                _add(items, entry, unknown)
            except ValueError as wrong:
                items.letters.append(_item_letter(entry, wrong, alone=len(values) == 1))
    return items


def letter(message: Delivered, reason: str, redactor: Redactor | None) -> store.Letter:
    """Make a letter of a whole message."""
    headers, tenant = {ORIGIN: message.where().origin}, message.subject.split(".")[1]
    outgoing = store.Outgoing(message.subject, headers, redacting.body(redactor, message.body))
    return store.Letter(tenant, INGEST_CONSUMER, outgoing, redacting.sentence(redactor, reason))


def _item_letter(entry: _Entry, wrong: ValueError, *, alone: bool) -> store.Letter:
    sent = cast("dict[str, object]", entry.value) if isinstance(entry.value, dict) else {}
    redactor = entry.of_task(sent.get("task"))
    sentence = redacting.sentence(redactor, _sentence(wrong))
    reason = sentence if alone else f"item {entry.number}: {sentence}"
    outgoing = store.Outgoing(entry.message.subject, {ORIGIN: entry.origin}, _body(entry, redactor))
    return store.Letter(entry.tenant, INGEST_CONSUMER, outgoing, reason)


def _body(entry: _Entry, redactor: Redactor | None) -> bytes:
    """Write an item again, alone; or the whole message, where the item cannot be written."""
    try:
        return orjson.dumps(redacting.item(redactor, entry.value) if redactor else entry.value)
    except (TypeError, ValueError):
        return redacting.body(redactor, _plain(entry))


def _plain(entry: _Entry) -> bytes:
    try:
        return json.dumps(entry.value).encode()
    except (RecursionError, ValueError):
        return entry.message.body


def _sentence(wrong: ValueError) -> str:
    if isinstance(wrong, ValidationError):
        return invalid(wrong).detail
    return f"not readable as JSON: {wrong}" if isinstance(wrong, json.JSONDecodeError) else str(wrong)


def _add(items: Items, entry: _Entry, unknown: Tasks) -> None:
    noun = entry.message.subject.split(".")[2]
    add = _add_inference if noun == Ingest.INFERENCE else _add_opinion
    add(items, entry, unknown)


def _add_inference(items: Items, entry: _Entry, unknown: Tasks) -> None:
    sent = _INFERENCE.validate_python(entry.value)
    sent = redacting.model(entry.of_task(sent.task), sent)
    tenant, id = entry.tenant, sent.id or entry.derived_id
    _refuse_unknown((tenant, sent.task), unknown)
    row = NewRow(
        tenant, id, sent.task, sent.version_id, sent.unit, sent.session, _json(sent.input), _json(sent.output),
        countable(sent.output), sent.confidence, sent.latency_ms, sent.tokens_in, sent.tokens_out, sent.cost_usd,
        sent.error, sent.occurred_at or entry.message.where().sent_at, sent.model,
    )  # fmt: skip
    items.inferences.setdefault((tenant, id), row)


def _add_opinion(items: Items, entry: _Entry, unknown: Tasks) -> None:
    sent = _FEEDBACK.validate_python(entry.value)
    sent = redacting.model(entry.of_task(sent.task), sent)
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
