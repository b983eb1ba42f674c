"""Where alerts and monitors are tried, and that tasks are looked at without anybody asking."""

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.alert import Acknowledgement, Alert, AlertState
from contracts.api.health import Severity
from contracts.api.monitor import DEFAULTS, Monitor, NewMonitors
from contracts.commands.health import AcknowledgeAlert, GetHealth, GetMonitors, ListAlerts, SetMonitors
from contracts.errors import InvalidInput, Stale, UnknownAlert, UnknownTask
from contracts.events.health import AlertRaised
from contracts.ids import new_id
from contracts.service import Service
from registry import alerts
from registry.app import running
from registry.settings import Settings
from registry.store.alerts import Trouble
from tests.registry.scene import champions, create_task, said, tell
from tests.registry.ward import Feedback, answered, feedback_beside, look

ERRORS = Monitor(metric="error_rate", direction="above", warning=0.3, alert=0.6)


@pytest.fixture
async def feedback(registry: Parts) -> AsyncGenerator[Feedback]:
    async with feedback_beside(registry) as playing:
        yield playing


async def alerted(registry: Parts, feedback: Feedback) -> Alert:
    """Give the alert about a version that makes errors."""
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id, errors=500))
    await look(registry)
    return (await tell(registry, ListAlerts())).items[0]


def seen(alert_id: str, note: str | None = None) -> AcknowledgeAlert:
    return AcknowledgeAlert(alert_id=alert_id, acknowledgement=Acknowledgement(note=note))


async def test_the_first_who_acknowledges_an_alert_is_kept(registry: Parts, feedback: Feedback) -> None:
    alert = await alerted(registry, feedback)

    first = await tell(registry, seen(alert.id, "looking"), actor="ada")
    second = await tell(registry, seen(alert.id, "me too"), actor="bob")

    assert (first.state, first.acknowledged_by, first.note) == ("acknowledged", "ada", "looking")
    assert second == first
    assert (await tell(registry, ListAlerts(state=AlertState.OPEN))).items == ()


async def test_an_alert_of_another_tenant_or_none_is_unknown(registry: Parts, feedback: Feedback) -> None:
    alert = await alerted(registry, feedback)

    for id, tenant in ((alert.id, "other"), (new_id(), "acme"), ("nothing", "acme"), ("'; --\x01", "acme")):
        with pytest.raises(UnknownAlert):
            await tell(registry, seen(id), tenant)
    assert (await tell(registry, ListAlerts(), "other")).items == ()


async def test_what_became_worse_since_it_was_seen_is_open_again(registry: Parts, feedback: Feedback) -> None:
    (version,) = await champions(registry, 1)
    feedback.says(answered(version.id, p95=2_000.0))
    await look(registry)
    alert = (await tell(registry, ListAlerts())).items[0]
    await tell(registry, seen(alert.id))
    feedback.says(answered(version.id, p95=8_000.0))

    await look(registry)

    again = (await tell(registry, ListAlerts(severity=Severity.ALERT))).items[0]
    assert (again.id, again.state, again.acknowledged_by) == (alert.id, "open", None)


async def test_alerts_come_in_pages(registry: Parts) -> None:
    await create_task(registry)
    async with registry.database.transaction("acme") as tx:
        for number in range(5):
            about = f"error_rate/{number}"
            await alerts.raise_(tx, Trouble("tickets", None, about, "error_rate", Severity.WARNING, "Bad.", "Look."))

    first = await tell(registry, ListAlerts(limit=3))
    rest = await tell(registry, ListAlerts(limit=3, cursor=first.next_cursor))

    assert [each.about[-1] for each in (*first.items, *rest.items)] == ["4", "3", "2", "1", "0"]
    assert rest.next_cursor is None
    with pytest.raises(InvalidInput, match="cursor"):
        await tell(registry, ListAlerts(cursor="nonsense"))


async def test_a_rollout_that_went_back_is_an_alert_that_acknowledging_ends(registry: Parts) -> None:
    (version,) = await champions(registry, 1)
    trouble = Trouble("tickets", version.id, "rollout", "rollout", Severity.ALERT, "It was rolled back.", "Look.")
    async with registry.database.transaction("acme") as tx:
        await alerts.raise_(tx, trouble)
        await alerts.raise_(tx, trouble)
    (alert,) = (await tell(registry, ListAlerts())).items

    ended = await tell(registry, seen(alert.id))

    assert (ended.state, ended.acknowledged_by, ended.resolution) == ("resolved", "ada", "ada has seen to it.")
    assert (await tell(registry, seen(alert.id))) == ended


async def test_every_task_is_watched_by_the_defaults_until_somebody_sets_monitors(registry: Parts) -> None:
    await create_task(registry)
    before = await tell(registry, GetMonitors(task="tickets"))

    after = await tell(registry, SetMonitors(task="tickets", monitors=NewMonitors(monitors=(ERRORS,))))

    assert (before.revision, before.monitors) == (0, DEFAULTS)
    assert (after.revision, after.monitors) == (1, (ERRORS,))
    assert await tell(registry, GetMonitors(task="tickets")) == after


async def test_monitors_that_changed_meanwhile_are_not_overwritten(registry: Parts) -> None:
    await create_task(registry)
    orders = [SetMonitors(task="tickets", monitors=NewMonitors(monitors=()), expected_revision=0) for _ in range(5)]

    done = await asyncio.gather(*(tell(registry, each) for each in orders), return_exceptions=True)

    assert sorted(type(each).__name__ for each in done) == ["Monitors", *["Stale"] * 4]
    with pytest.raises(UnknownTask):
        await tell(registry, SetMonitors(task="tickets", monitors=NewMonitors(monitors=())), "other")
    assert Stale.status == 412


async def test_monitors_of_ones_own_decide_and_end_what_they_no_longer_watch(
    registry: Parts, feedback: Feedback
) -> None:
    alert = await alerted(registry, feedback)
    await tell(registry, SetMonitors(task="tickets", monitors=NewMonitors(monitors=(ERRORS,))))

    milder = await look(registry)
    await tell(registry, SetMonitors(task="tickets", monitors=NewMonitors(monitors=())))
    unwatched = await look(registry)

    (again,) = (await tell(registry, ListAlerts())).items
    assert (milder.issues[0].severity, milder.issues[0].threshold) == (Severity.WARNING, 0.3)
    assert (again.id, again.state, unwatched.issues) == (alert.id, "resolved", ())


async def test_tasks_are_looked_at_by_themselves_and_once_by_several_registries(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    settings = Settings(
        database_url=database_of(Service.REGISTRY), nats_url=nats_url, health_check_s=0.2, log_level="error"
    )
    async with running(settings) as parts, running(settings), feedback_beside(parts) as feedback:
        (version,) = await champions(parts, 1)
        feedback.says(answered(version.id, errors=500))

        async def unhealthy() -> bool:
            return (await tell(parts, GetHealth())).counts["unhealthy"] == 1

        await eventually(unhealthy)
        asked, began = feedback.asked, asyncio.get_running_loop().time()
        await eventually(lambda: asyncio.sleep(0, feedback.asked >= asked + 3 * 10))
        rounds, took = (feedback.asked - asked) / 3, asyncio.get_running_loop().time() - began

        # One more than fits into the time, and two that were begun before.
        assert rounds <= took / 0.2 + 3
        assert len([each for each in await said(parts, count=4) if isinstance(each, AlertRaised)]) == 1
        assert len((await tell(parts, ListAlerts())).items) == 1
