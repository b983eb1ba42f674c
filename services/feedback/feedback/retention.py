"""Where it is seen to that old days are dropped, and what came of units in phases that are long over.

Sums and examples stay. Ids and keys are forgotten with their rows, a bounded number in a transaction, so that nobody
who stores or asks waits for it.
"""

from datetime import UTC, datetime, timedelta

from chassis import metrics
from chassis.database import EVERY_TENANT, Transaction
from chassis.logging import log
from chassis.watching import Judge, Watch
from feedback.partitions import seldom
from feedback.settings import Settings
from feedback.store import inferences, partitions
from feedback.store import retention as store
from feedback.store.partitions import Partition
from feedback.store.retention import Walked

_ROWS = 20_000
_PHASES = 100
_CONVERSATIONS = "conversations"


def watches(settings: Settings) -> tuple[Watch, ...]:
    """Give what is done about what is older than the settings keep; for what is kept for ever, nothing."""
    kept = {"inferences": settings.inference_retention_days, "feedback": settings.feedback_retention_days}
    days = {table: timedelta(days=each) for table, each in kept.items() if each is not None}
    dropping = (_of_partitions(days),) if days else ()
    if settings.unit_retention_days is None:
        return dropping
    age = timedelta(days=settings.unit_retention_days)
    return (*dropping, _of_phases(age), _of_conversations(age))


def _of_partitions(days: dict[str, timedelta]) -> Watch:
    async def due(tx: Transaction) -> list[tuple[str, str]]:
        old = await _old(tx, days)
        return [(EVERY_TENANT, each.name) for each in old[:1]]

    return Watch("retention", seldom(due), _forgetting(days))


def _forgetting(days: dict[str, timedelta]) -> Judge:
    """Give what forgets the next rows of a partition, and drops it once there are no more."""
    walked: dict[str, Walked] = {}

    async def forget(tx: Transaction, name: str) -> None:
        partition = next((each for each in await _old(tx, days) if each.name == name), None)
        if partition is None or not await store.lock(tx):
            return
        if after := await store.forget_claims(tx, partition, walked.get(name, Walked()), _ROWS):
            walked[name] = after
            metrics.ROWS_FORGOTTEN.labels(partition.table).inc(after.rows)
        else:
            await _drop(tx, partition)
            walked.pop(name, None)

    return forget


async def _old(tx: Transaction, days: dict[str, timedelta]) -> list[Partition]:
    now = datetime.now(UTC)
    found = await partitions.list_(tx, before=now - min(days.values()))
    return [each for each in found if each.table in days and each.until <= now - days[each.table]]


async def _drop(tx: Transaction, partition: Partition) -> None:
    await store.forget_days(tx, partition.table, partition.until)
    await partitions.drop(tx, partition.name)
    metrics.PARTITIONS_DROPPED.labels(partition.table).inc()
    log().info("partition.dropped", partition=partition.name, until=partition.until.isoformat())


def _of_phases(age: timedelta) -> Watch:
    async def due(tx: Transaction) -> list[tuple[str, str]]:
        return await store.list_old_phases(tx, datetime.now(UTC) - age, _PHASES)

    async def forget(tx: Transaction, phase_id: str) -> None:
        if rows := await store.forget_units(tx, phase_id, _ROWS):
            metrics.ROWS_FORGOTTEN.labels("exposures").inc(rows)
            return
        await inferences.lock(tx)
        if not await store.forget_phase(tx, phase_id, datetime.now(UTC) - age):
            await store.settle_phase(tx, phase_id)
            log().info("phase.forgotten", phase=phase_id)

    return Watch("phases", seldom(due), forget)


def _of_conversations(age: timedelta) -> Watch:
    async def due(tx: Transaction) -> list[tuple[str, str]]:
        found = await store.has_old_conversations(tx, datetime.now(UTC) - age)
        return [(EVERY_TENANT, _CONVERSATIONS)] if found else []

    async def forget(tx: Transaction, _: str) -> None:
        rows = await store.forget_conversations(tx, datetime.now(UTC) - age, _ROWS)
        metrics.ROWS_FORGOTTEN.labels(_CONVERSATIONS).inc(rows)

    return Watch(_CONVERSATIONS, seldom(due), forget)
