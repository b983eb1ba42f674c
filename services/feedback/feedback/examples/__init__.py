"""Where examples are submitted, found and listed."""

import re
from uuid import UUID

import orjson

from chassis import pages
from chassis.database import Transaction
from contracts.api.example import Example, ExampleOrder, ExampleStatus, NewExample
from contracts.api.outcome import label_of, text_of
from contracts.api.page import Page
from contracts.commands.examples import ListExamples
from contracts.errors import InvalidInput, UnknownExample
from contracts.events.learning import ExampleSubmitted
from feedback.examples import judging
from feedback.quality import Facts
from feedback.store import examples as store
from feedback.store import listings


async def submit(tx: Transaction, given: NewExample) -> Example:
    """Add an example by hand; people review it, however good it looks."""
    text, label = text_of(given.input), label_of(given.expected_output)
    likeness, judged = await judging.judge(tx, given.task, tx.cause.actor, Facts(given.source, text, label))
    row = store.NewRow(
        tenant=tx.tenant,
        task=given.task,
        status=str(ExampleStatus.PENDING),
        input=orjson.dumps(given.input).decode(),
        output=orjson.dumps(given.output).decode() if given.output is not None else None,
        expected_output=orjson.dumps(given.expected_output).decode(),
        label=label,
        likeness=likeness,
        kind=str(given.kind),
        quality=judged.score,
        quality_reasons=judged.reasons,
        source=str(given.source),
        inference_id=None,
        feedback_key=None,
        submitted_by=tx.cause.actor,
        submitter=tx.cause.person,
    )
    (example,) = await insert(tx, row)
    return example


async def insert(tx: Transaction, row: store.NewRow) -> list[Example]:
    """Store an example and say so; gives it, or nothing if it is there already."""
    made = [await find(tx, new.id) for new in await store.insert(tx, [row])]
    for each in made:
        said = ExampleSubmitted(
            task=each.task, example_id=each.id, kind=each.kind, status=each.status, quality=each.quality
        )
        tx.publish(said)
    return made


async def find(tx: Transaction, example_id: str) -> Example:
    """Give one example; raises `UnknownExample`."""
    found = await store.find(tx, _id(example_id))
    if found is None:
        raise _unknown(example_id)
    return found


async def list_(tx: Transaction, asked: ListExamples) -> Page[Example]:
    """Give examples, newest first or worst first."""
    wanted = listings.Filter(tx.tenant, asked.task, asked.status and str(asked.status), asked.max_quality)
    if asked.order is ExampleOrder.QUALITY:
        found = await listings.worst(tx, wanted, after=_place(asked.cursor), limit=asked.limit + 1)
        return pages.cut(found, asked.limit, lambda example: f"{example.quality!r}:{example.id}")
    found = await listings.newest(tx, wanted, before=pages.uuid(asked.cursor), limit=asked.limit + 1)
    return pages.cut(found, asked.limit, lambda example: example.id)


def _place(cursor: str | None) -> tuple[float | None, str | None]:
    """Read the cursor of a list by quality: a quality and an id."""
    if cursor is None:
        return None, None
    quality, _, example_id = cursor.partition(":")
    if not re.fullmatch(r"\d(\.\d{1,20})?(e-\d\d)?", quality):
        raise InvalidInput.at("cursor", "is not a cursor of this list")
    return float(quality), pages.uuid(example_id)


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as wrong:
        raise _unknown(text) from wrong


def _unknown(example_id: str) -> UnknownExample:
    return UnknownExample(f"There is no example {example_id!r}.")
