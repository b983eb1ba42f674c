"""Where it is said again and again how the versions of a phase do, whenever something new was counted."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta

from nats.errors import Error as NatsError

from chassis.database import EVERY_TENANT, Database, Transaction
from chassis.faults import FAILURES
from chassis.logging import log
from contracts.api.measure import MEASURES
from contracts.api.performance import ArmPerformance, Summary
from contracts.events.phases import VersionPerformance
from feedback.metrics import latency
from feedback.store import performances
from feedback.store import phases as stored
from feedback.store.performances import Answered, Logarithmic, Sum
from feedback.store.phases import PhaseKey, Reported

_EVERY_S = 0.5
_PAUSES_PER_REPORT = 10
"""A phase is left alone for ten times as long as summing it up took, so that it takes an eleventh of the time."""

_BUCKETS = Logarithmic(latency.LOG_GAMMA, latency.SHORTEST_MS)


async def watch(database: Database) -> None:
    """Report phases until cancelled; several replicas may do so at once."""
    while True:
        try:
            await report(database)
        except (*FAILURES, NatsError) as lost:
            log().warning("performance.delayed", reason=str(lost) or type(lost).__name__)
        await asyncio.sleep(_EVERY_S)


async def report(database: Database) -> None:
    """Report every phase that is due."""
    async with database.transaction(EVERY_TENANT) as tx:
        due = await stored.list_to_report(tx)
    for key in due:
        async with database.transaction(key.tenant) as tx:
            if await stored.claim(tx, key):
                await _report(tx, key)


async def _report(tx: Transaction, key: PhaseKey) -> None:
    """Say how a phase does. What is counted while it is summed up may be in it, and leads to the next report."""
    begun = time.perf_counter()
    said = await stored.find_to_report(tx, key)
    if said is None:
        return
    tx.publish(await sum_up(tx, key, said))
    pause = timedelta(seconds=_PAUSES_PER_REPORT * (time.perf_counter() - begun))
    await stored.settle(tx, key, said, pause=pause)


async def sum_up(tx: Transaction, key: PhaseKey, said: Reported) -> VersionPerformance:
    """Give how the versions of a phase do; each has an arm, also without units."""
    answered = {each.version_id: each for each in await performances.of_answers(tx, key)}
    outcomes = await performances.of_outcomes(tx, key, tuple(MEASURES))
    latencies = await performances.of_latencies(tx, key, _BUCKETS)
    arms = (
        _arm(answered.get(version_id, Answered(version_id, 0, 0, ())), outcomes, latencies)
        for version_id in said.versions
    )
    return VersionPerformance(
        phase_id=key.id,
        task=said.task,
        number=said.number,
        arms=tuple(arms),
        strayed=said.strayed,
        unitless=said.unitless,
    )


def _arm(answered: Answered, outcomes: Iterable[Sum], latencies: Sequence[tuple[str, int, int]]) -> ArmPerformance:
    told = (each for each in outcomes if each.version_id == answered.version_id)
    return ArmPerformance(
        version_id=answered.version_id,
        units=answered.units,
        strayed=answered.strayed,
        metrics={
            each.metric: Summary(units=each.units, total=each.total, squares=each.squares)
            for each in (*answered.sums, *told)
        },
        latencies={bucket: count for version_id, bucket, count in latencies if version_id == answered.version_id},
    )
