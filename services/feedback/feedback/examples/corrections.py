"""Where corrections become examples, once each, as soon as it is known what was asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from chassis.database import Transaction
from contracts.api.example import ExampleKind, ExampleStatus
from contracts.api.feedback import Source
from contracts.api.outcome import label_of, text_of
from contracts.events.learning import ExampleSubmitted
from feedback import quality
from feedback.examples.thresholds import Approval
from feedback.store import examples, inferences
from feedback.store.examples import NewRow, Question
from feedback.store.inferences import Served
from feedback.store.opinions import Opinion

_UNKNOWN = Served(None, None, None)


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction with what was asked and answered."""

    opinion: Opinion
    served: Served
    asked: str
    text: str | None
    label: str | None
    likeness: bytes | None

    @property
    def question(self) -> Question | None:
        """Give what other examples are compared by."""
        return (self.opinion.tenant, self.opinion.task, self.likeness) if self.likeness else None

    @property
    def by(self) -> str:
        """Name who gave it."""
        return self.opinion.by or quality.anonymous(self.opinion.source)


async def submit(tx: Transaction, opinions: Sequence[Opinion], approval: Approval) -> None:
    """Make examples of corrections whose input is known; of good enough quality they are approved at once."""
    if not opinions:
        return
    about = {(each.tenant, each.inference_id) for each in opinions if each.attached and each.inference_id}
    served = await inferences.find_served(tx, sorted(about)) if about else {}
    corrections = [made for each in opinions if (made := _correction(each, _served(each, served)))]
    if not corrections:
        return
    rows = await _rows(tx, corrections, approval)
    for new in await examples.insert(tx, rows):
        event = ExampleSubmitted(
            task=new.task, example_id=new.id, kind=ExampleKind(new.kind), status=ExampleStatus(new.status),
            quality=new.quality,
        )  # fmt: skip
        tx.publish(event, tenant=new.tenant)


def _served(opinion: Opinion, served: Mapping[tuple[str, str], Served]) -> Served:
    return served.get((opinion.tenant, opinion.inference_id), _UNKNOWN) if opinion.inference_id else _UNKNOWN


def _correction(opinion: Opinion, served: Served) -> Correction | None:
    asked = opinion.input or served.input
    if asked is None or opinion.correction is None:
        return None
    text = text_of(orjson.loads(asked))
    return Correction(opinion, served, asked, text, label_of(orjson.loads(opinion.correction)), quality.likeness(text))


async def _rows(tx: Transaction, corrections: Iterable[Correction], approval: Approval) -> list[NewRow]:
    """Judge corrections one after another, each beside those before it."""
    given = list(corrections)
    questions = sorted({question for each in given if (question := each.question)})
    alike = await examples.count_alike(tx, questions) if questions else {}
    rows: list[NewRow] = []
    for each in given:
        rows.append(_row(each, quality.assess(_facts(each, alike)), approval))
        if each.question and each.label is not None:
            counts, said = alike.setdefault(each.question, {}), (each.label, each.by)
            counts[said] = counts.get(said, 0) + 1
    return rows


def _facts(correction: Correction, alike: examples.Alike) -> quality.Facts:
    others = alike.get(correction.question) if correction.question else None
    return quality.Facts(
        source=Source(correction.opinion.source),
        text=correction.text,
        label=correction.label,
        confidence=correction.served.confidence,
        corrected=_differs(correction),
        alike=quality.compare(correction.label, correction.by, others or {}),
    )


def _differs(correction: Correction) -> bool:
    predicted: Any = orjson.loads(correction.served.output) if correction.served.output else None
    return predicted is not None and label_of(predicted) != correction.label


def _row(correction: Correction, judged: quality.Quality, approval: Approval) -> NewRow:
    opinion = correction.opinion
    threshold = approval.get((opinion.tenant, opinion.task))
    approved = threshold is not None and judged.score >= threshold
    return NewRow(
        tenant=opinion.tenant,
        task=opinion.task,
        status=ExampleStatus.APPROVED if approved else ExampleStatus.PENDING,
        input=correction.asked,
        output=correction.served.output,
        expected_output=opinion.correction or "",
        label=correction.label,
        likeness=correction.likeness,
        kind=ExampleKind.CORRECTION,
        quality=judged.score,
        quality_reasons=judged.reasons,
        source=opinion.source,
        inference_id=opinion.inference_id,
        feedback_key=opinion.key,
        submitted_by=correction.by,
        reviewed_by="policy" if approved else None,
        confidence=correction.served.confidence,
    )
