"""Where it is counted which trainings are under way, and what carries them out here, for readiness."""

import asyncio
from typing import Any

from chassis import metrics
from chassis.database import EVERY_TENANT
from chassis.faults import UNREACHABLE
from chassis.logging import log
from trainer.store import jobs
from trainer.worker.workplace import Workplace

_EVERY_S = 5.0
_WANT_A_WORKER = ("queued", "running", "cancelling")


async def tell(place: Workplace) -> None:
    """Keep the gauges until cancelled; while they cannot be counted they stay as they are."""
    while True:
        try:
            _set(await _counted(place))
        except UNREACHABLE as lost:
            log().warning("jobs.not_counted", reason=str(lost) or type(lost).__name__)
        await asyncio.sleep(_EVERY_S)


def _set(counts: dict[str, int]) -> None:
    counts.pop("workers")
    for state, count in counts.items():
        metrics.JOBS.labels(state).set(count)
    metrics.WORKERS_WANTED.set(sum(counts[state] for state in _WANT_A_WORKER))


async def _counted(place: Workplace) -> dict[str, int]:
    async with place.parts.database.transaction(EVERY_TENANT) as tx:
        return await jobs.count_under_way(tx)


async def problem(place: Workplace) -> str:
    """Say why nothing could be trained or predicted here, if so."""
    return place.forkserver.problem or await place.executor.problem()


async def training(place: Workplace) -> dict[str, Any]:
    """Give the states of all tenants' jobs, and of this process."""
    counts = await _counted(place)
    settings, is_on = place.settings, place.parts.known_settings.platform.training_enabled
    return {
        "enabled": is_on,
        "executor": settings.trainer_executor,
        "slots": settings.workers if is_on else 0,
        "forkserver": "warm" if place.forkserver.is_warm else "warming",
        "workers": counts.pop("workers"),
        "jobs": counts,
    }
