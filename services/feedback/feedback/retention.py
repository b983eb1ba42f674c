"""Where it is seen to that old days are dropped, and what came of units in phases that are long over.

Sums and examples stay. Ids and keys are forgotten with their rows, a bounded number in a transaction, so that nobody
who stores or asks waits for it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chassis import metrics
from chassis.database import EVERY_TENANT, Transaction
from chassis.logging import log
from chassis.watching import Judge, Watch
from contracts.api.setting import SettingValues
from feedback.partitions import seldom
from feedback.store import inferences, partitions
from feedback.store import retention as store
from feedback.store.partitions import Partition
from feedback.store.retention import Walked

_ROWS = 20_000
_PHASES = 100
_CONVERSATIONS = "conversations"


Held = Callable[[], SettingValues]
"""Gives what is set at this moment; 0 days are for ever."""


def watches(held: Held) -> tuple[Watch, ...]:
    """Give what is done about what is older than is to be kept; what is set meanwhile holds from the next look on."""
    return _of_partitions(held), _of_phases(held), _of_conversations(held)


def _of_partitions(held: Held) -> Watch:
    async def due(tx: Transaction) -> list[tuple[str, str]]:
        old = await _old(tx, _days(held()))
        return [(EVERY_TENANT, each.name) for each in old[:1]]

    return Watch("retention", seldom(due), _forgetting(held))


def _forgetting(held: Held) -> Judge:
    """Give what forgets the next rows of a partition, and drops it once there are no more."""
    walked: dict[str, Walked] = {}

    async def forget(tx: Transaction, name: str) -> None:
        partition = next((each for each in await _old(tx, _days(held())) if each.name == name), None)
        if partition is None or not await store.lock(tx):
            return
        before = walked.get(name, Walked())
        if not await store.is_kept(tx, before):
            before = Walked()
        if after := await store.forget_claims(tx, partition, before, _ROWS):
            walked[name] = after
            metrics.ROWS_FORGOTTEN.labels(partition.table).inc(after.rows)
        else:
            await _drop(tx, partition)
            walked.pop(name, None)

    return forget


def _days(held: SettingValues) -> dict[str, timedelta]:
    kept = {"inferences": held.inference_retention_days, "feedback": held.feedback_retention_days}
    return {table: timedelta(days=days) for table, days in kept.items() if days}


async def _old(tx: Transaction, days: dict[str, timedelta]) -> list[Partition]:
    if not days:
        return []
    now = datetime.now(UTC)
    found = await partitions.list_(tx, before=now - min(days.values()))
    return [each for each in found if each.table in days and each.until <= now - days[each.table]]


async def _drop(tx: Transaction, partition: Partition) -> None:
    await store.forget_days(tx, partition.table, partition.until)
    await partitions.drop(tx, partition.name)
    metrics.PARTITIONS_DROPPED.labels(partition.table).inc()
    log().info("partition.dropped", partition=partition.name, until=partition.until.isoformat())


def _of_phases(held: Held) -> Watch:
    async def due(tx: Transaction) -> list[tuple[str, str]]:
        return await store.list_old_phases(tx, _units_before(held), _PHASES)

    async def forget(tx: Transaction, phase_id: str) -> None:
        if rows := await store.forget_units(tx, phase_id, _ROWS):
            metrics.ROWS_FORGOTTEN.labels("exposures").inc(rows)
            return
        await inferences.lock(tx)
        if not await store.forget_phase(tx, phase_id, _units_before(held)):
            await store.settle_phase(tx, phase_id)
            log().info("phase.forgotten", phase=phase_id)

    return Watch("phases", seldom(due), forget)


def _of_conversations(held: Held) -> Watch:
    async def due(tx: Transaction) -> list[tuple[str, str]]:
        found = await store.has_old_conversations(tx, _units_before(held))
        return [(EVERY_TENANT, _CONVERSATIONS)] if found else []

    async def forget(tx: Transaction, _: str) -> None:
        rows = await store.forget_conversations(tx, _units_before(held), _ROWS)
        metrics.ROWS_FORGOTTEN.labels(_CONVERSATIONS).inc(rows)

    return Watch(_CONVERSATIONS, seldom(due), forget)


def _units_before(held: Held) -> datetime:
    """Give the time before which phases must have ended to be forgotten; nothing ended before the first of all."""
    days = held().unit_retention_days
    return datetime.now(UTC) - timedelta(days=days) if days else datetime.min.replace(tzinfo=UTC)
