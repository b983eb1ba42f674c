"""Where approved examples leave the service, as of one moment: for a training's snapshot, or for an export."""

from hashlib import sha256
from typing import cast

import orjson

from chassis import pages
from chassis.database import Transaction
from contracts.api.example import ExampleKind, TrainingRow
from contracts.api.export import ExportedExample, Part
from contracts.api.feedback import Source
from contracts.api.outcome import text_of
from contracts.api.page import Page
from contracts.commands.examples import CollectExamples
from contracts.commands.exports import ExportExamples
from feedback.store import collecting
from feedback.store.collecting import Approved, Wanted

_MOST_AT_ONCE = 1000


async def collect(tx: Transaction, asked: CollectExamples) -> Page[TrainingRow]:
    """Give what can be learnt from approved examples as of a time, by id."""
    limit = _limit(asked.limit)
    wanted = Wanted(asked.task, asked.until, pages.uuid(asked.after), learnable=True)
    rows = await collecting.collect(tx, wanted, limit=limit + 1)
    return pages.cut([row and _training_row(row) for row in rows], limit, lambda row: row.id)


async def export(tx: Transaction, asked: ExportExamples) -> Page[ExportedExample]:
    """Give approved examples as of a time, by id, each with its part if a split is asked for."""
    limit = _limit(asked.limit)
    wanted = Wanted(asked.task, asked.until, pages.uuid(asked.after), learnable=False)
    rows = await collecting.collect(tx, wanted, limit=limit + 1)
    return pages.cut([row and _exported(row, asked.split) for row in rows], limit, lambda row: row.id)


def part(likeness: bytes | None, asked: object, split: float) -> Part:
    """Draw the part of an example by the hash of its normalised text, so that no text is in both and none moves."""
    drawn = likeness or sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).digest()
    return Part.VALIDATION if int.from_bytes(drawn[:8]) < split * 2**64 else Part.TRAIN


def _limit(asked: int) -> int:
    return min(max(asked, 1), _MOST_AT_ONCE)


def _exported(row: Approved, split: float | None) -> ExportedExample:
    return ExportedExample(
        id=row.id,
        part=None if split is None else part(row.likeness, row.input, split),
        text=text_of(row.input),
        label=row.label,
        input=row.input,
        expected_output=row.expected_output,
        output=row.output,
        kind=ExampleKind(row.kind),
        quality=row.quality,
        source=Source(row.source),
        submitted_by=row.submitted_by,
        reviewed_by=row.reviewed_by,
        created_at=row.created_at,
        reviewed_at=row.reviewed_at,
        inference_id=row.inference_id,
        feedback_key=row.feedback_key,
    )


def _training_row(row: Approved) -> TrainingRow:
    return TrainingRow(
        id=row.id,
        text=text_of(row.input) or "",
        label=row.label or "",
        outputs=_outputs(row.expected_output) or None,
        feedback_key=row.feedback_key,
        inference_id=row.inference_id,
    )


def _outputs(expected: object) -> dict[str, str]:
    """Give the outputs besides the label that are texts."""
    members = cast("dict[str, object]", expected).items() if isinstance(expected, dict) else ()
    return {name: value for name, value in members if name != "label" and isinstance(value, str)}
