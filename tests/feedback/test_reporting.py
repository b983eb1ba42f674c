"""Where it is tried that the running service hears of phases, and says how versions do in them."""

from chassis.testing.waiting import eventually
from contracts.commands.metrics import GetMetrics, ListFeedback
from contracts.event import Event
from contracts.events.phases import VersionPerformance
from tests.feedback.dividing import answer, assigned, closed, opened, opinion
from tests.feedback.running import Running, inference
from tests.feedback.running import opinion as anything


async def tell(feedback: Running, *events: Event) -> None:
    """Let the registry's events be heard, as its outbox would publish them."""
    async with feedback.parts.database.transaction("acme") as tx:
        for event in events:
            tx.publish(event)


async def heard(feedback: Running) -> list[VersionPerformance]:
    stream = await feedback.parts.jetstream.pull_subscribe("events.acme.version.performed", stream="EVENTS")
    try:
        return [VersionPerformance.model_validate_json(each.data) for each in await stream.fetch(100, timeout=1)]
    except TimeoutError:
        return []
    finally:
        await stream.unsubscribe()


async def test_the_last_that_is_said_of_a_phase_is_all_that_was_reported(feedback: Running) -> None:
    units = [f"unit-{number}" for number in range(50)]
    await tell(feedback, opened())
    for unit in units:
        await feedback.send("inference", answer(f"i-{unit}", unit)[1])
    await tell(feedback, closed(until=5))
    await feedback.send("inference", answer("late", "late", at=6)[1])
    await feedback.send("feedback", [opinion(f"k-{unit}", f"i-{unit}", used=True)[1] for unit in units])

    async def complete() -> list[VersionPerformance] | None:
        said = await heard(feedback)
        used = [arm.metrics["used"].units for each in said[-1:] for arm in each.arms if arm.metrics.get("used")]
        return said if sum(used) == 50 else None

    # Whoever was slow to sum a phase up leaves it alone for ten times as long.
    said = await eventually(complete, within_s=120)
    assert [each.number for each in said] == list(range(1, len(said) + 1))
    assert {arm.version_id: arm.units for arm in said[-1].arms} == {
        version: sum(assigned(unit) == version for unit in units) for version in ("v1", "v2")
    }


async def test_an_outcome_of_ones_own_is_shown_as_it_was_sent(feedback: Running) -> None:
    await feedback.send("feedback", anything(verdict=None, metric="basket-value", value=19.5))
    await feedback.settle()

    (stored,) = (await feedback.ask(ListFeedback(task="tickets"))).items

    assert (stored.metric, stored.value, stored.verdict) == ("basket-value", 19.5, None)


async def test_conversations_count_once_for_each_version_in_the_hour_in_which_they_began(feedback: Running) -> None:
    sessions = [("v1", "s1"), ("v1", "s1"), ("v1", "s2"), ("v2", "s2"), ("v2", None)]
    await feedback.send("inference", [inference(version_id=version, session=each) for version, each in sessions])
    await feedback.settle()

    found = await feedback.ask(GetMetrics(task="tickets"))

    assert {each.version_id: each.conversations for each in found.versions} == {"v1": 2, "v2": 1}
    assert found.metrics.conversations == 3


async def test_success_is_the_mean_outcome_by_score_or_else_by_verdict(feedback: Running) -> None:
    said = [{"score": 0.5, "verdict": None}, {"verdict": "positive"}, {"score": 0.0, "verdict": "positive"}]
    await feedback.send("feedback", [anything(operation="outcome", **each) for each in said])
    await feedback.send("feedback", anything(score=1.0))
    await feedback.settle()

    success = (await feedback.ask(GetMetrics(task="tickets"))).metrics.success

    assert (success.count, success.rate) == (3, 0.5)


async def test_without_outcomes_there_is_no_success_rather_than_none(feedback: Running) -> None:
    success = (await feedback.ask(GetMetrics(task="tickets"))).metrics.success

    assert (success.count, success.rate) == (0, None)
