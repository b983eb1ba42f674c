"""Where it is tried that corrections become examples once, are reviewed, and reach the trainer."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.api.example import ExampleKind, ExampleStatus, NewExample, Review, ReviewOfMany, ReviewVerdict
from contracts.commands.examples import (
    CollectExamples,
    CountExamples,
    GetExample,
    ListExamples,
    ReviewExample,
    ReviewExamples,
    SubmitExample,
)
from contracts.errors import AlreadyReviewed, InvalidInput, UnknownExample, UnknownTask
from tests.feedback.running import Running, inference, opinion

APPROVE = Review(verdict=ReviewVerdict.APPROVE)


def later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


async def only_example(feedback: Running) -> object:
    (example,) = (await feedback.ask(ListExamples(task="tickets"))).items
    return example


async def submit(feedback: Running, text: str = "where is it now", label: str = "shipping") -> str:
    given = NewExample(task="tickets", input={"text": text}, expected_output=label)
    return (await feedback.ask(SubmitExample(example=given))).id


@pytest.mark.parametrize("first", ["inference", "feedback"])
async def test_a_correction_becomes_one_example_whichever_comes_first(feedback: Running, first: str) -> None:
    answer = inference(input="where is my parcel", confidence=0.4)
    said = opinion(inference_id=answer["id"], correction="shipping", verdict=None, by="grace")
    both = {"inference": answer, "feedback": said}
    for noun in (first, "inference", "feedback", "inference"):
        await feedback.send(noun, both[noun])
        await feedback.settle()

    example = await only_example(feedback)

    assert (example.input, example.output, example.expected_output) == ("where is my parcel", "billing", "shipping")
    assert (example.kind, example.status) == (ExampleKind.CORRECTION, ExampleStatus.PENDING)
    assert (example.submitted_by, example.feedback_key) == ("grace", said["key"])
    assert any("unsure" in reason for reason in example.quality_reasons)


async def test_a_correction_that_brings_its_input_needs_no_inference(feedback: Running) -> None:
    await feedback.send("feedback", opinion(input={"text": "where is it"}, correction={"label": "shipping"}))

    await feedback.settle()

    assert (await only_example(feedback)).expected_output == {"label": "shipping"}


async def test_good_corrections_are_approved_by_themselves_where_the_task_says_so(feedback: Running) -> None:
    feedback.registry.tasks["acme", "tickets"] = 0.8
    good = opinion(input="where is my parcel", correction="shipping", source="expert")
    doubtful = opinion(input="money back please", correction="billing", source="automated")
    await feedback.send("feedback", [good, doubtful])

    await feedback.settle()

    stats = await feedback.ask(CountExamples(task="tickets"))
    assert (stats.by[ExampleStatus.APPROVED], stats.by[ExampleStatus.PENDING]) == (1, 1)
    approved = (await feedback.ask(ListExamples(status=ExampleStatus.APPROVED))).items[0]
    assert (approved.reviewed_by, approved.source) == ("policy", "expert")


async def test_corrections_that_contradict_one_another_are_doubted(feedback: Running) -> None:
    said = [
        opinion(input="Where is my parcel?", correction="shipping"),
        opinion(input="where is my PARCEL", correction="x"),
    ]
    await feedback.send("feedback", said)

    await feedback.settle()

    second, first = (await feedback.ask(ListExamples(task="tickets"))).items
    assert second.quality < first.quality
    assert "1 other example of the same text says otherwise (-0.20)." in second.quality_reasons


async def test_a_reviewed_example_is_not_reviewed_again(feedback: Running) -> None:
    example_id = await submit(feedback)

    reviewed = await feedback.ask(ReviewExample(example_id=example_id, review=APPROVE), actor="grace")

    assert (reviewed.status, reviewed.reviewed_by) == (ExampleStatus.APPROVED, "grace")
    with pytest.raises(AlreadyReviewed, match="approved by grace"):
        await feedback.ask(ReviewExample(example_id=example_id, review=APPROVE))


async def test_a_reviewer_may_put_the_expected_output_right(feedback: Running) -> None:
    example_id = await submit(feedback, label="shiping")
    review = Review(verdict=ReviewVerdict.APPROVE, expected_output="shipping", note="typo")

    await feedback.ask(ReviewExample(example_id=example_id, review=review))

    page = await feedback.ask(CollectExamples(task="tickets", until=later()))
    assert [(row.text, row.label) for row in page.items] == [("where is it now", "shipping")]


async def test_many_are_reviewed_at_once_and_those_reviewed_before_stay(feedback: Running) -> None:
    ids = [await submit(feedback, f"question number {number}") for number in range(3)]
    await feedback.ask(ReviewExample(example_id=ids[0], review=Review(verdict=ReviewVerdict.REJECT)))

    answer = await feedback.ask(ReviewExamples(review=ReviewOfMany(ids=tuple(ids), verdict=ReviewVerdict.APPROVE)))

    assert answer.reviewed == 2
    assert (await feedback.ask(GetExample(example_id=ids[0]))).status is ExampleStatus.REJECTED


async def test_unknown_and_malformed_ids_are_refused(feedback: Running) -> None:
    for wrong in ("nonsense", "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"):
        with pytest.raises(UnknownExample):
            await feedback.ask(GetExample(example_id=wrong))
    with pytest.raises(InvalidInput):
        await feedback.ask(ReviewExamples(review=ReviewOfMany(ids=("x",), verdict=ReviewVerdict.APPROVE)))
    with pytest.raises(InvalidInput):
        await feedback.ask(ListExamples(cursor="x"))


async def test_an_example_of_an_unknown_task_is_refused(feedback: Running) -> None:
    with pytest.raises(UnknownTask):
        await feedback.ask(SubmitExample(example=NewExample(task="none-such", input="x y", expected_output="z")))


async def test_another_tenant_sees_no_example(feedback: Running) -> None:
    example_id = await submit(feedback)

    with pytest.raises(UnknownExample):
        await feedback.ask(GetExample(example_id=example_id), "other")


async def test_collecting_gives_what_was_approved_by_then_in_pages_that_fit_into_messages(feedback: Running) -> None:
    feedback.registry.tasks["acme", "tickets"] = 0.0
    long = [opinion(input=f"{number} " + "é" * 90_000, correction="shipping") for number in range(7)]
    await feedback.send("feedback", long[:4])
    await feedback.send("feedback", long[4:])
    await feedback.settle()
    until = later()

    texts: list[str] = []
    after, pages = None, 0
    while after is not None or not pages:
        page = await feedback.ask(CollectExamples(task="tickets", until=until, after=after))
        texts += [row.text[:1] for row in page.items]
        after, pages = page.next_cursor, pages + 1

    assert (texts, pages) == ([str(number) for number in range(7)], 4)
    before = await feedback.ask(CollectExamples(task="tickets", until=until - timedelta(hours=1)))
    assert before.items == ()


async def test_several_outputs_of_an_example_are_collected_beside_its_label(feedback: Running) -> None:
    several = {"category": "billing", "priority": "high", "score": 3}
    expected = (several, {"label": "bug", "mood": "cross"}, {"score": 3})
    for number, output in enumerate(expected):
        example = NewExample(task="tickets", input={"text": f"text number {number}"}, expected_output=output)
        made = await feedback.ask(SubmitExample(example=example))
        await feedback.ask(ReviewExample(example_id=made.id, review=APPROVE))

    page = await feedback.ask(CollectExamples(task="tickets", until=later()))

    assert [(row.label, row.outputs) for row in page.items] == [
        ("", {"category": "billing", "priority": "high"}),
        ("bug", {"mood": "cross"}),
    ]
