"""Where the registry is put together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from chassis import reconciling, service, watching
from chassis.service import Parts
from chassis.watching import Watch
from contracts.service import Service
from registry import handlers
from registry.experiments import judging as of_experiments
from registry.health import rounds
from registry.reconciliation import reconcile
from registry.rollouts import judging
from registry.settings import Settings

_WATCHES = (
    Watch("rollouts", judging.due, judging.judge),
    Watch("experiments", of_experiments.due, of_experiments.judge),
)


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[Parts]:
    """Run the registry as long as the block."""
    async with service.parts(Service.REGISTRY, settings) as parts:
        parts.beside(reconciling.run(parts, "routes", reconcile, every_s=settings.reconcile_s))
        parts.beside(watching.run(parts.database, *_WATCHES))
        parts.beside(rounds.run(parts, every_s=settings.health_check_s))
        async with service.serving(parts, handlers.answers(parts), handlers.handlers()):
            yield parts


async def run(settings: Settings, stopping: asyncio.Event) -> None:
    """Run the registry until it is told to stop."""
    async with running(settings):
        await stopping.wait()
