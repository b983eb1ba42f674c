"""Where it is tried that people make examples of served answers, once each, and delete examples."""

from typing import Any

import pytest

from contracts.api.example import (
    Example,
    ExampleKind,
    ExampleOfAnswer,
    ExampleStatus,
    NewExample,
    Review,
    ReviewVerdict,
)
from contracts.commands.examples import (
    CountExamples,
    DeleteExample,
    GetExample,
    ListExamples,
    ReviewExample,
    SubmitAnswer,
    SubmitExample,
)
from contracts.errors import AlreadySubmitted, InvalidInput, NotAllowed, UnknownExample, UnknownInference
from tests.feedback.running import Running, inference

APPROVE = Review(verdict=ReviewVerdict.APPROVE)


async def serve(feedback: Running, **others: object) -> str:
    answer = inference(input={"text": "where is my parcel"}, confidence=0.97) | others
    await feedback.send("inference", {name: value for name, value in answer.items() if value is not None})
    await feedback.settle()
    return answer["id"]


async def submit(feedback: Running, inference_id: str, actor: str = "ada", **given: Any) -> Example:
    asked = SubmitAnswer(inference_id=inference_id, example=ExampleOfAnswer(**given))
    return await feedback.ask(asked, actor=actor)


async def by_hand(feedback: Running) -> Example:
    given = NewExample(task="tickets", input="where is it now", expected_output="shipping")
    return await feedback.ask(SubmitExample(example=given))


async def test_a_good_answer_becomes_an_example_as_it_is(feedback: Running) -> None:
    answer = await serve(feedback)

    made = await submit(feedback, answer, note="just right")

    assert (made.kind, made.status, made.inference_id) == (ExampleKind.GOOD, ExampleStatus.PENDING, answer)
    assert (made.input, made.output, made.expected_output) == ({"text": "where is my parcel"}, "billing", "billing")
    assert (made.submitted_by, made.remark) == ("ada", "just right")
    assert not any("sure of another" in reason for reason in made.quality_reasons)


async def test_a_wrong_answer_is_put_right(feedback: Running) -> None:
    answer = await serve(feedback)

    made = await submit(feedback, answer, expected_output="shipping")
    bad = await submit(feedback, answer, "grace", expected_output="shipping", kind=ExampleKind.BAD)

    assert (made.kind, bad.kind) == (ExampleKind.CORRECTION, ExampleKind.BAD)
    assert "The model was sure of another answer (97%, -0.10)." in made.quality_reasons


async def test_each_person_makes_one_example_of_an_answer(feedback: Running) -> None:
    answer = await serve(feedback)

    made = await submit(feedback, answer)
    again, other = await submit(feedback, answer), await submit(feedback, answer, "grace")

    assert again.id == made.id != other.id
    with pytest.raises(AlreadySubmitted, match=made.id):
        await submit(feedback, answer, expected_output="shipping")

    await feedback.ask(DeleteExample(example_id=made.id))
    assert (await submit(feedback, answer, expected_output="shipping")).id != made.id


async def test_what_makes_no_example_is_refused(feedback: Running) -> None:
    answer, blind = await serve(feedback), await serve(feedback, input=None)
    failed = await serve(feedback, output=None, error="it broke")
    refused: list[tuple[str, dict[str, Any]]] = [
        (answer, {"kind": ExampleKind.BAD}),
        (answer, {"kind": ExampleKind.CORRECTION, "expected_output": "billing"}),
        (answer, {"kind": ExampleKind.GOOD, "expected_output": "shipping"}),
        (blind, {}),
        (failed, {}),
    ]

    for inference_id, given in refused:
        with pytest.raises(InvalidInput):
            await submit(feedback, inference_id, **given)
    with pytest.raises(UnknownInference):
        await submit(feedback, "none-such")

    assert (await feedback.ask(CountExamples())).total == 0


async def test_a_deleted_example_is_only_found_by_its_id(feedback: Running) -> None:
    made = await by_hand(feedback)
    await feedback.ask(ReviewExample(example_id=made.id, review=APPROVE))

    for _ in range(2):
        await feedback.ask(DeleteExample(example_id=made.id), actor="grace")

    gone = await feedback.ask(GetExample(example_id=made.id))
    assert (gone.status, gone.deleted_by) == (ExampleStatus.REJECTED, "grace")
    assert (await feedback.ask(ListExamples())).items == ()
    assert (await feedback.ask(CountExamples())).total == 0


async def test_who_may_not_review_deletes_only_their_own_that_wait(feedback: Running) -> None:
    made = await by_hand(feedback)

    with pytest.raises(NotAllowed):
        await feedback.ask(DeleteExample(example_id=made.id, only_own=True), actor="grace")
    with pytest.raises(UnknownExample):
        await feedback.ask(DeleteExample(example_id=made.id), "other")
    await feedback.ask(DeleteExample(example_id=made.id, only_own=True))

    assert (await feedback.ask(GetExample(example_id=made.id))).deleted_by == "ada"
