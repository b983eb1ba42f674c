"""Where somebody makes an example of an answer that was served, once each."""

from typing import Any

import orjson

from chassis.database import Transaction
from contracts.api.example import Example, ExampleKind, ExampleOfAnswer, ExampleStatus
from contracts.api.feedback import Source
from contracts.api.inference import Inference
from contracts.api.outcome import label_of, text_of
from contracts.errors import AlreadySubmitted, InvalidInput, UnknownInference
from feedback import examples
from feedback.examples import judging
from feedback.quality import Facts
from feedback.store import claims, inferences
from feedback.store import examples as store


async def submit(tx: Transaction, inference_id: str, given: ExampleOfAnswer) -> Example:
    """Make an example of an answer; the same again gives the one that is there.

    An erasure of the answer waits and finds the example, or is waited for. Raises `UnknownInference`, `InvalidInput`,
    and `AlreadySubmitted` if the same person made another of it.
    """
    await claims.hold_inference(tx, inference_id)
    answer = await inferences.find(tx, inference_id)
    if answer is None:
        raise UnknownInference(f"There is no inference {inference_id!r}.")
    kind, expected = _meant(answer, given)
    row = await _row(tx, answer, given, (kind, expected))
    made = await examples.insert(tx, row)
    return made[0] if made else await _there(tx, inference_id, (kind, expected))


def _meant(answer: Inference, given: ExampleOfAnswer) -> tuple[ExampleKind, Any]:
    """Say what kind of example is meant, and what it expects; raises `InvalidInput` if the two do not fit."""
    if answer.input is None:
        raise InvalidInput.at("inference_id", "was logged without its input; submit the example by hand")
    if given.expected_output is None and answer.output is None:
        raise InvalidInput.at("expected_output", "is needed: the answer was logged without its output")
    expected = answer.output if given.expected_output is None else given.expected_output
    differs = expected != answer.output
    kind = given.kind or (ExampleKind.CORRECTION if differs else ExampleKind.GOOD)
    if kind is ExampleKind.GOOD and differs:
        raise InvalidInput.at("expected_output", "differs from the answer, which is then no good example of itself")
    if kind is not ExampleKind.GOOD and not differs:
        raise InvalidInput.at("expected_output", f"is needed for a {kind} example, and must differ from the answer")
    return kind, expected


async def _row(
    tx: Transaction, answer: Inference, given: ExampleOfAnswer, meant: tuple[ExampleKind, Any]
) -> store.NewRow:
    kind, expected = meant
    likeness, judged = await judging.judge(tx, answer.task, tx.cause.actor, _facts(answer, given.source, expected))
    return store.NewRow(
        tenant=tx.tenant,
        task=answer.task,
        status=str(ExampleStatus.PENDING),
        input=_json(answer.input) or "",
        output=_json(answer.output),
        expected_output=_json(expected) or "",
        label=label_of(expected),
        likeness=likeness,
        kind=str(kind),
        quality=judged.score,
        quality_reasons=judged.reasons,
        source=str(given.source),
        inference_id=answer.id,
        feedback_key=None,
        submitted_by=tx.cause.actor,
        submitter=tx.cause.person,
        confidence=answer.confidence,
        remark=given.note,
    )


def _facts(answer: Inference, source: Source, expected: object) -> Facts:
    label = label_of(expected)
    corrected = answer.output is not None and label_of(answer.output) != label
    return Facts(source, text_of(answer.input), label, confidence=answer.confidence, corrected=corrected)


def _json(value: object) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


async def _there(tx: Transaction, inference_id: str, meant: tuple[ExampleKind, Any]) -> Example:
    known = await store.find_answered(tx, inference_id, tx.cause.actor)
    example = await examples.find(tx, known or "")
    if (example.kind, example.expected_output) != meant:
        detail = f"You made example {example.id} of this answer already; edit or delete that one."
        raise AlreadySubmitted(detail, example_id=example.id)
    return example
