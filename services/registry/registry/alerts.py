"""Where it is called out that somebody should look at a task, and where that is seen to."""

from collections.abc import Sequence
from uuid import UUID

from chassis import pages
from chassis.database import Transaction
from contracts.api.alert import Alert, AlertState
from contracts.api.health import Severity
from contracts.api.page import Page
from contracts.commands.health import AcknowledgeAlert, ListAlerts
from contracts.events.health import AlertRaised, AlertResolved
from registry import refusals
from registry.store import alerts as stored
from registry.store import rollouts
from registry.store.alerts import Trouble

_OF_ROLLOUTS, _OF_EXPERIMENTS = "rollout", "experiment"
_RANK = {Severity.WARNING: 1, Severity.ALERT: 2}


async def raise_(tx: Transaction, trouble: Trouble) -> None:
    """Call somebody, once for a trouble that lasts."""
    if raised := await stored.insert(tx, trouble):
        _tell(tx, raised)


async def go_on(tx: Transaction, alert: Alert, trouble: Trouble) -> None:
    """Let an alert say what is so by now; it is said again only if it became worse."""
    is_worse = _RANK[trouble.severity] > _RANK[alert.severity]
    settled = await stored.settle(tx, alert.id, trouble, is_worse=is_worse)
    if is_worse:
        _tell(tx, settled)


async def resolve(tx: Transaction, alert: Alert, resolution: str) -> None:
    """Call an alert off."""
    await stored.resolve(tx, alert.id, resolution)
    tx.publish(
        AlertResolved(
            task=alert.task,
            alert_id=alert.id,
            version_id=alert.version_id,
            about=alert.about,
            metric=alert.metric,
            resolution=resolution,
        )
    )


async def acknowledge(tx: Transaction, command: AcknowledgeAlert) -> Alert:
    """Note that somebody has seen an alert; one that nothing else resolves is over by that."""
    found = await _lock(tx, command.alert_id)
    if found.state is AlertState.OPEN:
        await stored.acknowledge(tx, found.id, command.acknowledgement.note)
        if not is_watched(found):
            await resolve(tx, found, f"{tx.cause.actor} has seen to it.")
    return await _lock(tx, found.id)


async def list_(tx: Transaction, asked: ListAlerts) -> Page[Alert]:
    wanted = tuple(str(each) if each is not None else None for each in (asked.task, asked.state, asked.severity))
    found = await stored.list_(tx, wanted, before=pages.uuid(asked.cursor), limit=asked.limit + 1)
    return pages.cut(found, asked.limit, lambda alert: alert.id)


def is_watched(alert: Alert) -> bool:
    """Say whether a monitor watches over it, and resolves it by itself."""
    return alert.about not in {_OF_ROLLOUTS, _OF_EXPERIMENTS}


async def of_rollout(tx: Transaction, rollout: rollouts.Row) -> None:
    """Call somebody because a rollout went back by itself."""
    sentence = f"A rollout of {rollout.task!r} was rolled back. {' '.join(rollout.reasons)}"
    action = f"See what the version does worse before you try it again: ratchet metrics {rollout.task}"
    await _of_rollout(tx, rollout, sentence, action)


async def of_late_harm(tx: Transaction, rollout: rollouts.Row, reasons: Sequence[str]) -> None:
    """Call somebody because late opinions speak against a version that has all units by now."""
    sentence = f"A rollout of {rollout.task!r} ended well, but late evidence speaks against it. {' '.join(reasons)}"
    action = f"Look at it again, and roll back if it matters: ratchet model rollback {rollout.task}"
    await _of_rollout(tx, rollout, sentence, action)


async def _of_rollout(tx: Transaction, rollout: rollouts.Row, sentence: str, action: str) -> None:
    await raise_(
        tx,
        Trouble(
            task=rollout.task,
            version_id=rollout.version_id,
            about=_OF_ROLLOUTS,
            metric=_OF_ROLLOUTS,
            severity=Severity.ALERT,
            sentence=sentence,
            action=action,
        ),
    )


async def of_uneven_experiment(tx: Transaction, task: str, experiment_id: str, doubt: str) -> None:
    """Call somebody because units do not arrive in the shares of an experiment, so that its numbers prove nothing."""
    await raise_(
        tx,
        Trouble(
            task=task,
            version_id=None,
            about=_OF_EXPERIMENTS,
            metric="units",
            severity=Severity.WARNING,
            sentence=f"Experiment {experiment_id} cannot be trusted. {doubt}",
            action="Find out where inferences of one arm are lost or counted twice, then start it again.",
        ),
    )


def _tell(tx: Transaction, alert: Alert) -> None:
    tx.publish(
        AlertRaised(
            task=alert.task,
            alert_id=alert.id,
            version_id=alert.version_id,
            about=alert.about,
            metric=alert.metric,
            severity=alert.severity,
            sentence=alert.sentence,
            action=alert.action,
            value=alert.value,
            threshold=alert.threshold,
        )
    )


async def _lock(tx: Transaction, alert_id: str) -> Alert:
    try:
        found = await stored.lock(tx, str(UUID(alert_id)))
    except ValueError:
        found = None
    if found is None:
        raise refusals.unknown_alert(alert_id)
    return found
