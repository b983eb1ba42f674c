"""Where it is counted which trainings are under way, and what carries them out here, for readiness."""

from typing import Any

from chassis.database import EVERY_TENANT
from trainer.store import jobs
from trainer.worker.workplace import Workplace


async def problem(place: Workplace) -> str:
    """Say why nothing could be trained or predicted here, if so."""
    return place.forkserver.problem or await place.executor.problem()


async def training(place: Workplace) -> dict[str, Any]:
    """Give the states of all tenants' jobs, and of this process."""
    async with place.parts.database.transaction(EVERY_TENANT) as tx:
        counts = await jobs.count_under_way(tx)
    settings = place.settings
    return {
        "enabled": settings.training_enabled,
        "executor": settings.trainer_executor,
        "slots": settings.workers if settings.training_enabled else 0,
        "forkserver": "warm" if place.forkserver.is_warm else "warming",
        "workers": counts.pop("workers"),
        "jobs": counts,
    }
