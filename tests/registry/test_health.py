"""Where it is tried that the registry notices how tasks do, says so once, and says what to do."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import asyncpg
import pytest

from chassis.database import EVERY_TENANT
from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.health import HealthStatus, MonitorState, Severity
from contracts.api.task import NewTask
from contracts.commands.health import GetHealth, GetTaskHealth, ListAlerts
from contracts.commands.tasks import CreateTask
from contracts.errors import UnknownTask
from contracts.events.health import AlertRaised, AlertResolved, HealthChanged
from registry.health import showing, sources
from registry.store import health as stored
from tests.registry.scene import champions, create_task, promote, register, said, tell, trained
from tests.registry.ward import Feedback, answered, feedback_beside, look, opened


@pytest.fixture
async def feedback(registry: Parts) -> AsyncGenerator[Feedback]:
    async with feedback_beside(registry) as playing:
        yield playing


async def test_a_version_that_answers_well_is_healthy(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id, judged=200, right=182, p95=120.0))

    seen = await tell(registry, GetTaskHealth(task="tickets"))

    assert (seen.status, seen.issues, seen.recommendations) == (HealthStatus.HEALTHY, (), ())
    assert [each.label for each in seen.versions] == ["1.0.0"]
    assert seen.versions[0].training["accuracy"] == 0.9


async def test_too_many_errors_are_an_alert_with_a_way_back(registry: Parts, feedback: Feedback) -> None:
    _, second = await champions(registry, 2)
    feedback.says(answered(second.id, errors=120, judged=200, right=180))

    seen = await look(registry)

    (issue,) = seen.issues
    assert (seen.status, issue.severity) == (HealthStatus.UNHEALTHY, Severity.ALERT)
    assert issue.sentence == f"Error rate of {second.label} is 12.0%, above 5.0% (1,000 answers in the last day)."
    assert seen.recommendations[0].command == "ratchet model rollback tickets"


async def test_three_bad_opinions_are_no_alarm_and_forty_are(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id, judged=3, right=0))
    few = await look(registry)
    feedback.says(answered(version.id, judged=40, right=20))

    many = await look(registry)

    assert few.status is HealthStatus.HEALTHY
    assert (many.status, many.issues[0].metric) == (HealthStatus.UNHEALTHY, "accuracy_drop")


async def test_a_number_on_the_edge_raises_one_alert_and_does_not_flap(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)

    for p95 in (1_100.0, 999.0, 1_010.0, 950.0, 1_200.0, 300.0, 1_001.0):
        feedback.says(answered(version.id, p95=p95))
        await look(registry)
    alerts = (await tell(registry, ListAlerts(task="tickets"))).items
    feedback.says(answered(version.id, p95=199.0))
    await look(registry)

    told = await said(registry, count=6)
    assert [(each.metric, each.state) for each in alerts] == [("latency_p95", "open")]
    assert [type(each) for each in told if isinstance(each, AlertRaised | AlertResolved)] == [
        AlertRaised,
        AlertResolved,
    ]
    assert [each.status for each in told if isinstance(each, HealthChanged)] == ["degraded", "healthy"]


async def test_what_becomes_worse_is_said_again_and_silence_is_no_cure(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id, p95=2_000.0))
    await look(registry)
    feedback.says(answered(version.id, p95=9_000.0))
    await look(registry)
    feedback.says()

    silent = await look(registry)

    (alert,) = (await tell(registry, ListAlerts())).items
    raised = [each for each in await said(registry, count=6) if isinstance(each, AlertRaised)]
    assert [each.severity for each in raised] == ["warning", "alert"]
    assert silent.status is HealthStatus.NO_DATA
    assert (alert.severity, alert.state, alert.value) == (Severity.ALERT, "open", 9_000.0)


async def test_a_version_that_no_longer_serves_has_no_open_alerts(registry: Parts, feedback: Feedback) -> None:
    first, second = await champions(registry, 2)
    feedback.says(answered(second.id, errors=500), answered(first.id))
    await look(registry)
    await promote(registry, first.id)

    seen = await look(registry)

    (alert,) = (await tell(registry, ListAlerts(task="tickets"))).items
    assert seen.status is HealthStatus.HEALTHY
    assert (alert.state, alert.version_id) == ("resolved", second.id)


async def test_without_feedback_it_is_said_what_is_known_and_what_is_not(registry: Parts) -> None:
    await champions(registry, 1)

    seen = await tell(registry, GetTaskHealth(task="tickets"))

    states = {each.metric: each.state for each in seen.versions[0].readings}
    assert seen.status is HealthStatus.NO_DATA
    assert (states["age_days"], states["error_rate"]) == (MonitorState.OK, MonitorState.NO_DATA)
    assert "feedback service is not available" in seen.issues[0].sentence


async def test_a_feedback_that_hangs_is_not_waited_for(
    registry: Parts, feedback: Feedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    (version,) = await champions(registry, 1)
    monkeypatch.setattr(sources, "_PATIENCE_S", 2.0)
    feedback.says(answered(version.id))
    feedback.gate.clear()

    seen = await tell(registry, GetTaskHealth(task="tickets"))

    feedback.gate.set()
    assert seen.status is HealthStatus.NO_DATA
    assert "did not answer within 2 s" in seen.issues[0].sentence


async def test_labels_that_moved_away_from_training_are_drift(registry: Parts, feedback: Feedback) -> None:
    await create_task(registry)
    card = {"data": {"prevalence": {"billing": 0.5, "technical": 0.5}}}
    version = await register(registry, trained().model_copy(update={"card": card}))
    feedback.says(answered(version.id))
    feedback.labels = {"billing": 100, "technical": 700, "refund": 200}

    seen = await look(registry)

    assert [(each.metric, each.severity) for each in seen.issues] == [("drift", Severity.ALERT)]
    assert seen.recommendations[0].command == "ratchet train start tickets"


async def test_answers_without_a_version_silence_and_a_queue_are_named(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id, 600), answered(None, 400))
    feedback.waiting = 240

    seen = await look(registry)

    assert (
        seen.issues[0].sentence
        == "Share of answers without a version of the task is 40.0%, above 20.0% (1,000 answers in the last day)."
    )
    assert [each.command for each in seen.recommendations] == [
        "ratchet resolve tickets",
        "ratchet feedback send --task tickets",
        "ratchet examples list --task tickets --status pending",
    ]
    assert "Review 240 waiting examples." in [each.sentence for each in seen.recommendations]


async def test_an_unknown_cost_is_said_and_never_zero(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id, 500, unknown=500))

    seen = await look(registry)

    assert (seen.versions[0].cost_usd, seen.versions[0].unknown_costs) == (None, 500)


@pytest.mark.usefixtures("feedback")
async def test_a_task_where_nothing_serves_is_told_to_train(registry: Parts) -> None:
    await create_task(registry)

    seen = await look(registry)

    assert (seen.status, seen.versions) == (HealthStatus.NO_DATA, ())
    assert [each.command for each in seen.recommendations] == ["ratchet train start tickets"]


async def test_looks_at_once_raise_one_alert_and_one_change(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id, errors=500))

    await asyncio.gather(*(look(registry) for _ in range(8)))

    alerts = (await tell(registry, ListAlerts())).items
    seen = await tell(registry, GetTaskHealth(task="tickets"))
    assert len(alerts) == 1
    assert [(each.status, each.was) for each in seen.changes] == [("unhealthy", "no_data")]
    assert seen.open_alerts == 1


async def test_a_look_that_began_sooner_and_ends_later_overwrites_nothing(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id, errors=500))
    feedback.gate.clear()
    slow, sooner = asyncio.create_task(look(registry)), feedback.gate
    await eventually(lambda: asyncio.sleep(0, feedback.asked == 3))
    feedback.gate = opened()
    feedback.says(answered(version.id))

    newer = await look(registry)
    sooner.set()

    assert (newer.status, await slow) == (HealthStatus.HEALTHY, newer)
    assert (await tell(registry, ListAlerts())).items == ()


async def test_what_was_seen_by_a_clock_that_was_set_back_since_is_looked_at_again(
    registry: Parts, feedback: Feedback
) -> None:
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id))
    seen = await look(registry)
    ahead = seen.model_copy(update={"as_of": seen.as_of + timedelta(days=1)})
    async with registry.database.transaction("acme") as tx:
        await stored.settle(tx, ahead)
        await tx.execute("UPDATE health SET claimed_at = claimed_at + interval '1 day'")
    feedback.says(answered(version.id, errors=500))

    assert (await tell(registry, GetTaskHealth(task="tickets"))).status is HealthStatus.UNHEALTHY
    async with registry.database.transaction(EVERY_TENANT) as tx:
        assert await stored.claim(tx, every_s=60, most=4) == [("acme", "tickets")]


async def test_what_was_just_seen_is_not_looked_at_again(
    registry: Parts, feedback: Feedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "_FRESH", timedelta(hours=1))
    await champions(registry, 1)
    first = await tell(registry, GetTaskHealth(task="tickets"))

    second = await tell(registry, GetTaskHealth(task="tickets"))

    assert (first.as_of, feedback.asked) == (second.as_of, 3)


async def test_all_tasks_are_listed_the_worst_first(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)
    for key in ("a", "b"):
        await tell(registry, CreateTask(task=NewTask(key=key)))
    await tell(registry, CreateTask(task=NewTask(key="c")), "other")
    feedback.says(answered(version.id, errors=500))
    await look(registry)

    overview = await tell(registry, GetHealth())

    assert [(each.task, each.status) for each in overview.tasks] == [
        ("tickets", "unhealthy"),
        ("a", "no_data"),
        ("b", "no_data"),
    ]
    assert (overview.counts["unhealthy"], overview.counts["no_data"], overview.open_alerts) == (1, 2, 1)
    assert (await tell(registry, GetHealth(), "other")).counts["no_data"] == 1


async def test_an_unknown_task_or_that_of_another_tenant_has_no_health(registry: Parts) -> None:
    await champions(registry, 1)

    for task, tenant in (("nothing", "acme"), ("tickets", "other")):
        with pytest.raises(UnknownTask):
            await tell(registry, GetTaskHealth(task=task), tenant)


async def test_the_history_of_health_cannot_be_rewritten(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id, errors=500))
    await look(registry)

    with pytest.raises(asyncpg.RestrictViolationError):
        async with registry.database.transaction("acme") as tx:
            await tx.execute("DELETE FROM health_changes")
