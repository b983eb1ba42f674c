"""Where a task is looked at: what is known becomes a status, alerts are raised and called off, changes are told."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.database import Transaction
from chassis.rpc.caller import Caller
from chassis.service import Parts
from contracts.api.health import HealthStatus, MonitorState, Reading, TaskHealth, VersionHealth
from contracts.api.metrics import Period
from contracts.api.monitor import written
from contracts.events.health import HealthChanged
from registry import alerts
from registry.decisions.health import advice, readings
from registry.decisions.health.vitals import Live, Served
from registry.health import charts, sources
from registry.health.charts import Chart
from registry.store import health as stored
from registry.store import health_changes
from registry.store.alerts import Trouble

_APART = timedelta(minutes=1)
"""So far the clocks of two registries may be apart; what is further ahead was told by one that was set back since."""

_BAD = (MonitorState.WARNING, MonitorState.ALERT)


async def examine(parts: Parts, caller: Caller, task: str) -> TaskHealth:
    """Look at a task, and keep what is seen; feedback is asked between transactions."""
    as_of = datetime.now(UTC)
    async with parts.database.transaction(caller.tenant) as tx:
        champion_id = await charts.champion_with_labels(tx, task)
    heard = await sources.hear(parts.nats, caller, task, champion_id)
    async with parts.database.transaction(caller.tenant, caller.cause) as tx:
        # Whoever asked feedback later may have come first: what they saw is newer.
        before = await stored.lock(tx, task)
        if before and as_of < before.as_of < as_of + _APART:
            return before
        return await _keep(tx, await charts.read(tx, task, heard, as_of), before)


async def _keep(tx: Transaction, chart: Chart, before: TaskHealth | None) -> TaskHealth:
    seen = _seen(chart)
    await _call(tx, chart, [*seen.readings, *(reading for each in seen.versions for reading in each.readings)])
    await stored.settle(tx, seen)
    was = before.status if before else HealthStatus.NO_DATA
    if seen.status is not was:
        await health_changes.insert(tx, seen, was)
        reasons = tuple(each.sentence for each in seen.issues)
        tx.publish(HealthChanged(task=seen.task, status=seen.status, was=was, reasons=reasons))
    return seen


def _seen(chart: Chart) -> TaskHealth:
    case = chart.case
    versions = tuple(_of_version(chart, each) for each in case.served)
    of_task = readings.of_task(chart.watching)
    issues = advice.issues(case, [*of_task, *(reading for each in versions for reading in each.readings)])
    parts = [each.status for each in versions]
    if any(each.state in _BAD for each in of_task):
        parts.append(readings.status(of_task))
    return TaskHealth(
        task=case.task,
        status=readings.together(parts),
        as_of=chart.as_of,
        issues=issues,
        recommendations=advice.actions(case, issues),
        readings=of_task,
        versions=versions,
    )


def _of_version(chart: Chart, served: Served) -> VersionHealth:
    said, version = readings.of_version(chart.watching, served), served.version
    return VersionHealth(
        version_id=version.id,
        label=version.label,
        weight=min(1.0, served.weight),
        status=readings.status(said),
        age_days=served.age_days,
        training=version.metrics,
        readings=said,
        **_traffic(chart.case.live, version.id),
    )


def _traffic(live: Live, version_id: str) -> dict[str, Any]:
    """Give what a version answered in the last day; all unknown while feedback does not say so."""
    found = live.of(version_id, Period.DAY)
    if found is None:
        silent = None if live.away else 0
        return {"inferences": silent, "feedback": silent, "cost_usd": None, "unknown_costs": silent}
    costs = {"cost_usd": found.cost.usd, "unknown_costs": found.cost.unknown}
    return {"inferences": found.inferences, "feedback": found.feedback, **costs}


async def _call(tx: Transaction, chart: Chart, said: Iterable[Reading]) -> None:
    """Raise alerts about what is bad, and call off those about what is good again, or no longer watched.

    What a monitor without data complained of stays: silence is no cure.
    """
    by_place = {(each.version_id, readings.key(each)): each for each in said}
    unresolved = {(each.version_id, each.about): each for each in chart.unresolved if alerts.is_watched(each)}
    for place, reading in by_place.items():
        if reading.state in _BAD:
            trouble = _trouble(chart, reading)
            await (alerts.go_on(tx, unresolved[place], trouble) if place in unresolved else alerts.raise_(tx, trouble))
    for place, alert in unresolved.items():
        reading = by_place.get(place)
        if reading is None:
            await alerts.resolve(tx, alert, "It is no longer watched, or the version no longer serves.")
        elif reading.state is MonitorState.OK:
            value = written(reading.metric, reading.value or 0.0)
            await alerts.resolve(tx, alert, f"It is well again: {value}.")


def _trouble(chart: Chart, reading: Reading) -> Trouble:
    labels = {each.version.id: each.version.label for each in chart.case.served}
    issue = advice.issue(reading, labels.get(reading.version_id or "", "the task"))
    action = advice.action(chart.case, issue)
    return Trouble(
        task=chart.case.task,
        version_id=reading.version_id,
        about=readings.key(reading),
        metric=reading.metric,
        severity=issue.severity,
        sentence=issue.sentence,
        action=f"{action.sentence.rstrip('.')}: {action.command}",
        value=issue.value,
        threshold=issue.threshold,
    )
