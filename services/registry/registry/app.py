"""Where the registry is put together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from chassis import service
from chassis.service import Parts
from contracts.service import Service
from registry import handlers, reconciliation
from registry.settings import Settings


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[Parts]:
    """Run the registry as long as the block."""
    async with service.parts(Service.REGISTRY, settings) as parts:
        parts.beside(reconciliation.run(parts, every_s=settings.reconcile_s))
        async with service.serving(parts, handlers.answers(), handlers.handlers()):
            yield parts


async def run(settings: Settings, stopping: asyncio.Event) -> None:
    """Run the registry until it is told to stop."""
    async with running(settings):
        await stopping.wait()
