"""Where examples are submitted, reviewed and collected for training."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson

from chassis import pages
from chassis.database import Transaction
from contracts.api.example import (
    Example,
    ExampleStatus,
    NewExample,
    Review,
    Reviewed,
    ReviewOfMany,
    TrainingRow,
)
from contracts.api.outcome import label_of, text_of
from contracts.api.page import Page
from contracts.commands.examples import CollectExamples, ListExamples
from contracts.errors import AlreadyReviewed, InvalidInput, UnknownExample
from contracts.events.learning import ExamplesReviewed, ExampleSubmitted
from feedback import quality
from feedback.store import collecting, reviews
from feedback.store import examples as store

_MOST_AT_ONCE = 1000


async def submit(tx: Transaction, given: NewExample) -> Example:
    """Add an example by hand; people review it, however good it looks."""
    text, label = text_of(given.input), label_of(given.expected_output)
    likeness = quality.likeness(text)
    judged = quality.assess(await _facts(tx, given, likeness))
    row = store.NewRow(
        tenant=tx.tenant,
        task=given.task,
        status=ExampleStatus.PENDING,
        input=orjson.dumps(given.input).decode(),
        output=orjson.dumps(given.output).decode() if given.output is not None else None,
        expected_output=orjson.dumps(given.expected_output).decode(),
        label=label,
        likeness=likeness,
        kind=given.kind,
        quality=judged.score,
        quality_reasons=judged.reasons,
        source=given.source,
        inference_id=None,
        feedback_key=None,
        submitted_by=tx.cause.actor,
        reviewed_by=None,
    )
    return await _insert(tx, row)


async def find(tx: Transaction, example_id: str) -> Example:
    """Give one example; raises `UnknownExample`."""
    found = await store.find(tx, _id(example_id))
    if found is None:
        raise _unknown(example_id)
    return found


async def list_(tx: Transaction, asked: ListExamples) -> Page[Example]:
    """Give examples, newest first."""
    found = await store.list_(
        tx, task=asked.task, status=asked.status, before=pages.uuid(asked.cursor), limit=asked.limit + 1
    )
    return pages.cut(found, asked.limit, lambda example: example.id)


async def review(tx: Transaction, example_id: str, given: Review) -> Example:
    """Approve or reject a pending example; raises `UnknownExample`, `AlreadyReviewed`."""
    label = label_of(given.expected_output)
    task = await reviews.settle(tx, _id(example_id), given, label)
    example = await find(tx, example_id)
    if task is None:
        detail = f"The example was {example.status} by {example.reviewed_by} already."
        raise AlreadyReviewed(detail, status_now=example.status)
    tx.publish(ExamplesReviewed(task=task, status=example.status, count=1, by=tx.cause.actor))
    return example


async def review_many(tx: Transaction, given: ReviewOfMany) -> Reviewed:
    """Approve or reject those examples that are pending still."""
    counts = await reviews.settle_many(tx, given, _ids(given.ids))
    status = reviews.STATUS_AFTER[given.verdict]
    for task, count in counts.items():
        tx.publish(ExamplesReviewed(task=task, status=status, count=count, by=tx.cause.actor))
    return Reviewed(reviewed=sum(counts.values()))


async def collect(tx: Transaction, asked: CollectExamples) -> Page[TrainingRow]:
    """Give approved examples as of a time, by id."""
    limit = min(max(asked.limit, 1), _MOST_AT_ONCE)
    rows = await collecting.collect(tx, asked.task, asked.until, after=pages.uuid(asked.after), limit=limit + 1)
    return pages.cut(rows, limit, lambda row: row.id)


async def _facts(tx: Transaction, given: NewExample, likeness: bytes | None) -> quality.Facts:
    counts: Mapping[str, int] = {}
    if likeness:
        question = (tx.tenant, given.task, likeness)
        counts = (await store.count_alike(tx, [question])).get(question, counts)
    agreeing, contradicting = quality.compare(label_of(given.expected_output), counts)
    return quality.Facts(given.source, text_of(given.input), agreeing=agreeing, contradicting=contradicting)


async def _insert(tx: Transaction, row: store.NewRow) -> Example:
    (new,) = await store.insert(tx, [row])
    example = await find(tx, new.id)
    tx.publish(
        ExampleSubmitted(
            task=new.task, example_id=new.id, kind=example.kind, status=example.status, quality=example.quality
        )
    )
    return example


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as wrong:
        raise _unknown(text) from wrong


def _ids(texts: Sequence[str]) -> list[str]:
    try:
        return [str(UUID(text)) for text in texts]
    except ValueError as wrong:
        raise InvalidInput.at("ids", "each must be the id of an example") from wrong


def _unknown(example_id: str) -> UnknownExample:
    return UnknownExample(f"There is no example {example_id!r}.")
