"""Where it is tried that what a trainer finds of labels becomes quality, once, and never of an older assessment."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.api.assessment import AssessedLabel, AssessmentStatus, AssessmentWork
from contracts.api.example import Example, ExampleOrder, ExampleStatus, NewExample, Review, ReviewVerdict
from contracts.api.route import Route
from contracts.commands.assessments import (
    AssessExamples,
    ClaimAssessment,
    CollectAssessable,
    GetAssessment,
    TellAssessment,
)
from contracts.commands.examples import GetExample, ListExamples, ReviewExample, SubmitExample
from contracts.errors import InvalidInput, NotAllowed, UnknownTask
from feedback.store import trainings
from tests.feedback.running import NOW, Running, opinion


async def correct(feedback: Running, count: int, source: str = "user") -> list[Example]:
    """Send corrections of different texts; give their examples, oldest first."""
    said = [
        opinion(input=f"where is parcel {n} of {source}", correction="shipping", source=source) for n in range(count)
    ]
    await feedback.send("feedback", said)
    await feedback.settle()
    found = (await feedback.ask(ListExamples(task="tickets", limit=1000))).items
    return [each for each in reversed(found) if each.source == source]


async def claim(feedback: Running) -> AssessmentWork | None:
    return (await feedback.ask(ClaimAssessment(), "*")).work


async def begin(feedback: Running) -> AssessmentWork:
    await feedback.ask(AssessExamples(task="tickets"))
    work = await claim(feedback)
    assert work
    return work


async def tell(feedback: Running, work: AssessmentWork, *found: AssessedLabel, **more: Any) -> bool:
    told = TellAssessment(task=work.task, number=work.number, assessed=found, **more)
    return (await feedback.ask(told, work.tenant)).goes_on


def doubted(example: Example, p: float = 0.03, *, label: str = "shipping") -> AssessedLabel:
    return AssessedLabel(id=example.id, label=label, p=p, likely="billing", p_likely=max(p, 0.91), texts_per_label=400)


def confirmed(example: Example) -> AssessedLabel:
    return AssessedLabel(id=example.id, label="shipping", p=0.98, likely="shipping", p_likely=0.98, texts_per_label=400)


async def test_what_is_found_of_a_label_becomes_part_of_the_quality(feedback: Running) -> None:
    first, second = await correct(feedback, 2)
    work = await begin(feedback)
    rows = (await feedback.ask(CollectAssessable(task="tickets"))).items

    assert [(row.id, row.label) for row in rows] == [(second.id, "shipping"), (first.id, "shipping")]
    assert await tell(feedback, work, doubted(first), confirmed(second), progress=0.9)
    assert not await tell(feedback, work, examples=2, ended=True)

    worst = (await feedback.ask(ListExamples(task="tickets", order=ExampleOrder.QUALITY))).items
    assert [each.id for each in worst] == [first.id, second.id]
    assert (
        "The model, trained without it, gives 'shipping' 0.03 and 'billing' 0.91 (-0.36)." in worst[0].quality_reasons
    )
    assert (worst[0].p_label, worst[0].likely_label) == (0.03, "billing")
    assert worst[0].quality == 0.34
    assert worst[1].quality > second.quality
    known = await feedback.ask(GetAssessment(task="tickets"))
    assert (known.status, known.number, known.examples, known.assessed) == (AssessmentStatus.SUCCEEDED, 1, 2, 2)


async def test_what_an_older_assessment_finds_changes_nothing(feedback: Running) -> None:
    (example,) = await correct(feedback, 1)
    older = await begin(feedback)
    await let_the_lease_run_out(feedback)
    newer = await claim(feedback)

    assert newer
    assert await tell(feedback, newer, confirmed(example))
    assert not await tell(feedback, older, doubted(example))
    assert not await tell(feedback, older, ended=True)

    assert (await feedback.ask(GetExample(example_id=example.id))).p_label == 0.98
    assert (await feedback.ask(GetAssessment(task="tickets"))).status is AssessmentStatus.RUNNING


async def test_a_trainer_that_is_lost_again_and_again_is_not_waited_for(feedback: Running) -> None:
    await correct(feedback, 1)
    await feedback.ask(AssessExamples(task="tickets"))

    numbers = []
    while work := await claim(feedback):
        numbers.append(work.number)
        await let_the_lease_run_out(feedback)

    assert numbers == [1, 2, 3, 4, 5]
    assert (await feedback.ask(GetAssessment(task="tickets"))).status is AssessmentStatus.FAILED


async def test_a_label_that_was_changed_meanwhile_is_left_for_the_next_assessment(feedback: Running) -> None:
    (example,) = await correct(feedback, 1)
    work = await begin(feedback)
    put_right = Review(verdict=ReviewVerdict.APPROVE, expected_output="returns")
    await feedback.ask(ReviewExample(example_id=example.id, review=put_right), actor="grace")

    await tell(feedback, work, doubted(example))

    assert (await feedback.ask(GetExample(example_id=example.id))).p_label is None


async def test_by_the_clock_it_begins_with_fifty_examples_and_again_with_twenty_new_ones(feedback: Running) -> None:
    found = await correct(feedback, 49)
    assert await claim(feedback) is None

    found += await correct(feedback, 1, "expert")
    work = await claim(feedback)
    assert work
    await tell(feedback, work, *map(confirmed, found))
    await tell(feedback, work, examples=len(found), ended=True)
    assert await claim(feedback) is None

    await correct(feedback, 19, "automated")
    assert await claim(feedback) is None
    given = NewExample(task="tickets", input="one more of these", expected_output="billing")
    await feedback.ask(SubmitExample(example=given))
    again = await claim(feedback)
    assert again
    assert again.number == 2


async def test_nothing_is_assessed_while_the_task_is_trained(feedback: Running) -> None:
    await correct(feedback, 1)
    await feedback.ask(AssessExamples(task="tickets"))
    async with feedback.parts.database.transaction("acme") as tx:
        await trainings.queue(tx, "tickets", "job1", datetime.now(UTC))

    assert await claim(feedback) is None

    async with feedback.parts.database.transaction("acme") as tx:
        await trainings.end(tx, "tickets", "job1", "completed")
    assert await claim(feedback)


async def test_policy_approves_what_rose_above_the_threshold_and_takes_nothing_back(feedback: Running) -> None:
    feedback.registry.tasks["acme", "tickets"] = 0.8
    first, second = await correct(feedback, 2)
    await feedback.ask(ReviewExample(example_id=first.id, review=Review(verdict=ReviewVerdict.APPROVE)))
    by_hand = NewExample(task="tickets", input="this one by hand", expected_output="shipping")
    submitted = await feedback.ask(SubmitExample(example=by_hand))
    work = await begin(feedback)

    await tell(feedback, work, doubted(first), confirmed(second), confirmed(submitted))
    await tell(feedback, work, examples=3, ended=True)

    found = [await feedback.ask(GetExample(example_id=each.id)) for each in (first, second, submitted)]
    assert [each.reviewed_by for each in found] == ["ada", "policy", None]
    doubtful = (await feedback.ask(ListExamples(status=ExampleStatus.APPROVED, max_quality=0.5))).items
    assert [each.id for each in doubtful] == [first.id]
    known = await feedback.ask(GetAssessment(task="tickets"))
    assert (known.approved, known.suspects) == (1, 1)


async def test_what_cannot_be_assessed_is_refused_with_the_reason(feedback: Running) -> None:
    chat = Route(task="chats", kind="chat", revision=1, phase="none", salt="s", since=NOW)
    feedback.parts.routes.learn("acme", chat)

    with pytest.raises(InvalidInput, match="of kind chat"):
        await feedback.ask(AssessExamples(task="chats"))
    with pytest.raises(UnknownTask):
        await feedback.ask(AssessExamples(task="none-such"))
    with pytest.raises(NotAllowed):
        await feedback.ask(ClaimAssessment())
    assert (await feedback.ask(GetAssessment(task="tickets"))).status is AssessmentStatus.NONE


async def test_another_tenants_examples_are_not_touched(feedback: Running) -> None:
    (example,) = await correct(feedback, 1)
    feedback.registry.tasks["other", "tickets"] = None
    await feedback.ask(AssessExamples(task="tickets"), "other")
    work = await claim(feedback)

    assert work
    assert work.tenant == "other"
    assert (await feedback.ask(CollectAssessable(task="tickets"), "other")).items == ()
    await tell(feedback, work, doubted(example))

    assert (await feedback.ask(GetExample(example_id=example.id))).p_label is None


async def let_the_lease_run_out(feedback: Running) -> None:
    async with feedback.parts.database.transaction("*") as tx:
        await tx.execute("UPDATE assessments SET leased_till = now() - interval '1 second'")
