"""Where it is tried that policies are checked, leave decisions, and ask for training."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from chassis.testing.waiting import eventually
from contracts.api.example import NewExample, ReviewOfMany, ReviewVerdict
from contracts.api.retraining import RetrainDecision, RetrainPolicy, RetrainReplayTerms
from contracts.commands.examples import ReviewExamples, SubmitExample
from contracts.commands.retraining import (
    CheckRetraining,
    GetRetrainPolicy,
    ListRetrainDecisions,
    ReplayRetraining,
    SetRetrainPolicy,
)
from contracts.errors import DomainError, InternalFault, TooSlow, UnknownTask
from contracts.event import Event
from contracts.events.release import ModelPromoted
from contracts.events.training import TrainingFailed, TrainingQueued, TrainingRequested
from contracts.service import Service
from feedback import app, retraining
from feedback.settings import Settings
from feedback.store import policies
from tests.feedback.running import Registry, Running, inference, opinion

POLICY = RetrainPolicy(min_new_examples=2, min_sample=2, min_accuracy=0.9, cooldown_minutes=60)


async def approve(feedback: Running, count: int) -> None:
    ids: list[str] = []
    for number in range(count):
        given = NewExample(task="tickets", input=f"question number {number}", expected_output="shipping")
        ids.append((await feedback.ask(SubmitExample(example=given))).id)
    await feedback.ask(ReviewExamples(review=ReviewOfMany(ids=tuple(ids), verdict=ReviewVerdict.APPROVE)))


async def say(feedback: Running, *events: Event) -> None:
    """Let the other services' events be heard, as their outboxes would publish them."""
    async with feedback.parts.database.transaction("acme") as tx:
        for event in events:
            tx.publish(event)


async def check(feedback: Running) -> RetrainDecision:
    return await feedback.ask(CheckRetraining(task="tickets"))


def queued(job_id: str = "j1", hours_ago: float = 0) -> TrainingQueued:
    at = datetime.now(UTC) - timedelta(hours=hours_ago)
    return TrainingQueued(task="tickets", job_id=job_id, reason="test", queued_at=at)


def promotion(version_id: str, revision: int) -> ModelPromoted:
    return ModelPromoted(
        task="tickets", version_id=version_id, previous_version_id=None, revision=revision, reason="better"
    )


async def requests(feedback: Running) -> list[str]:
    """Give what asked for training, once something has."""
    return await eventually(lambda: _requests(feedback))


async def _requests(feedback: Running) -> list[str] | None:
    stream = await feedback.parts.jetstream.pull_subscribe("events.*.training.requested", stream="EVENTS")
    try:
        return [message.data.decode() for message in await stream.fetch(10, timeout=1)]
    except TimeoutError:
        return None
    finally:
        await stream.unsubscribe()


async def test_without_a_policy_the_default_is_given_switched_off(feedback: Running) -> None:
    assert await feedback.ask(GetRetrainPolicy(task="tickets")) == RetrainPolicy(enabled=False)


async def test_a_policy_is_kept_as_it_was_set(feedback: Running) -> None:
    await feedback.ask(SetRetrainPolicy(task="tickets", policy=POLICY))

    assert await feedback.ask(GetRetrainPolicy(task="tickets")) == POLICY


async def test_enough_new_examples_ask_for_training_once(feedback: Running) -> None:
    await feedback.ask(SetRetrainPolicy(task="tickets", policy=POLICY))
    await approve(feedback, 2)

    first, second = await check(feedback), await check(feedback)

    assert (first.fired, second.fired) == (True, False)
    assert "cooldown" in second.reasons[-1]
    (request,) = await requests(feedback)
    assert TrainingRequested.model_validate_json(request).decision_id == first.id
    listed = await feedback.ask(ListRetrainDecisions(task="tickets"))
    assert [each.id for each in listed.items] == [second.id, first.id]


async def test_too_few_examples_leave_a_decision_that_says_so(feedback: Running) -> None:
    await feedback.ask(SetRetrainPolicy(task="tickets", policy=POLICY))
    await approve(feedback, 1)

    decision = await check(feedback)

    assert not decision.fired
    assert decision.evidence["new_examples"] == 1
    assert "1 approved examples and no training yet; 2 are needed." in decision.reasons


async def test_poor_live_accuracy_of_the_champion_asks_for_training(feedback: Running) -> None:
    await feedback.ask(SetRetrainPolicy(task="tickets", policy=POLICY))
    await say(feedback, promotion("v1", revision=2))
    answers = [inference() for _ in range(4)]
    await feedback.send("inference", answers)
    await feedback.send("feedback", [opinion(inference_id=each["id"], correction="shipping") for each in answers])
    await feedback.settle()

    async def fired() -> RetrainDecision | None:
        decision = await check(feedback)
        return decision if decision.fired else None

    decision = await eventually(fired)

    assert (decision.evidence["accuracy"], decision.evidence["judged"]) == (0.0, 4)


async def test_nothing_is_asked_for_while_a_job_is_under_way(feedback: Running) -> None:
    await feedback.ask(SetRetrainPolicy(task="tickets", policy=POLICY))
    await approve(feedback, 2)
    await say(feedback, queued(hours_ago=2))

    async def held() -> RetrainDecision | None:
        decision = await check(feedback)
        return decision if decision.evidence["running_job_id"] == "j1" else None

    decision = await eventually(held)

    assert not decision.fired
    assert "Job j1 is under way." in decision.reasons


async def test_a_job_is_over_in_whatever_order_its_events_come(feedback: Running) -> None:
    await say(feedback, TrainingFailed(task="tickets", job_id="j1", error="no"))
    await eventually(lambda: _known(feedback, "ended_at"))
    await say(feedback, queued(hours_ago=1))
    await eventually(lambda: _known(feedback, "queued_at"))

    assert (await check(feedback)).evidence["running_job_id"] is None


async def test_an_unknown_task_has_no_policy(feedback: Running) -> None:
    for command in (GetRetrainPolicy(task="none"), CheckRetraining(task="none"), ListRetrainDecisions(task="none")):
        with pytest.raises(UnknownTask):
            await feedback.ask(command)


async def test_a_due_policy_is_claimed_by_one_replica_alone(feedback: Running) -> None:
    await feedback.ask(SetRetrainPolicy(task="tickets", policy=POLICY))

    first = await retraining._check_next(feedback.parts, timedelta(hours=1))
    again = await retraining._check_next(feedback.parts, timedelta(hours=1))

    assert (first, again) == (True, False)


async def test_a_policy_that_is_switched_off_is_checked_once_an_hour_so_that_it_can_be_replayed(
    feedback: Running,
) -> None:
    await feedback.ask(SetRetrainPolicy(task="tickets", policy=POLICY.model_copy(update={"enabled": False})))
    await approve(feedback, 2)

    checked = [await retraining._check_next(feedback.parts, timedelta(0)) for _ in range(2)]
    replayed = await feedback.ask(ReplayRetraining(task="tickets", terms=RetrainReplayTerms(min_new_examples=2)))

    assert checked == [True, False]
    assert (replayed.checks, replayed.fired, replayed.really_fired) == (1, 1, 0)
    assert replayed.requests[0].reasons == ("2 approved examples and no training yet; 2 are enough.",)


async def test_the_policy_of_a_task_that_was_deleted_is_removed(feedback: Running) -> None:
    await feedback.ask(SetRetrainPolicy(task="tickets", policy=POLICY))
    async with feedback.parts.database.transaction("acme") as tx:
        await policies.set_(tx, "deleted", POLICY)

    checked = [await retraining._check_next(feedback.parts, timedelta(hours=1)) for _ in range(3)]

    assert checked == [True, True, False]
    async with feedback.parts.database.transaction("acme") as tx:
        assert await policies.find(tx, "acme", "deleted") is None
        assert await policies.find(tx, "acme", "tickets") == POLICY


@pytest.mark.parametrize("refusal", [TooSlow("It takes long."), InternalFault("It broke.")])
async def test_a_policy_is_checked_although_the_registry_cannot_say_whether_its_task_is_there(
    feedback: Running, refusal: DomainError
) -> None:
    async with feedback.parts.database.transaction("acme") as tx:
        await policies.set_(tx, "far-away", POLICY)
    feedback.registry.refusal = refusal

    checked = await retraining._check_next(feedback.parts, timedelta(hours=1))

    async with feedback.parts.database.transaction("acme") as tx:
        (decision,) = await policies.list_decisions(tx, "far-away", before=None, limit=9)
        assert await policies.find(tx, "acme", "far-away") == POLICY
    assert (checked, decision.asked_by) == (True, "the clock")


async def test_a_job_whose_end_nobody_heard_of_holds_training_back_for_a_week(feedback: Running) -> None:
    await say(feedback, queued("j1", hours_ago=24 * 8))
    await eventually(lambda: _known(feedback, "queued_at"))

    assert (await check(feedback)).evidence["running_job_id"] is None


@pytest.fixture
async def hurried(database_of: Callable[[Service], str], nats_url: str, registry: Registry) -> AsyncIterator[Running]:
    settings = Settings(
        database_url=database_of(Service.FEEDBACK), nats_url=nats_url, log_level="warning", retrain_check_s=0.2
    )
    async with app.running(settings) as made:
        yield Running(made, registry)


async def test_the_clock_checks_by_itself_and_asks_for_training(hurried: Running) -> None:
    await approve(hurried, 2)
    await hurried.ask(SetRetrainPolicy(task="tickets", policy=POLICY))

    (request,) = await requests(hurried)

    assert orjson.loads(request)["task"] == "tickets"
    decisions = (await hurried.ask(ListRetrainDecisions(task="tickets"))).items
    assert {each.asked_by for each in decisions} == {"the clock"}
    assert [each.fired for each in decisions].count(True) == 1


async def _known(feedback: Running, what: str) -> bool:
    async with feedback.parts.database.transaction("acme") as tx:
        return bool(await tx.fetchval("SELECT to_jsonb(trainings) ->> $1 IS NOT NULL FROM trainings", what))
