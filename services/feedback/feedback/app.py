"""Where the feedback service is put together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

from chassis import service, store, watching
from chassis.bulk import BulkConsumer
from chassis.database import EVERY_TENANT, Transaction
from chassis.dead_letters import Replay
from chassis.handlers import Handlers
from chassis.service import Parts
from chassis.watching import Watch
from contracts.service import Service
from contracts.topology import INGEST_CONSUMER, consumers
from feedback import handlers, partitions, retention, retraining
from feedback.erasure import sweeping
from feedback.examples.thresholds import Thresholds
from feedback.ingest import Intake, Portion
from feedback.metrics import pruning
from feedback.metrics.grains import Kept
from feedback.phases import reporting
from feedback.settings import Settings


async def run(settings: Settings, stopping: asyncio.Event) -> None:
    """Run until told to stop."""
    async with running(settings):
        await stopping.wait()


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[Parts]:
    """Run the service as long as the context lasts."""
    async with service.parts(Service.FEEDBACK, settings) as parts:
        thresholds = Thresholds(parts.nats)
        intake = Intake(parts.database, parts.known_tasks, thresholds)
        events = handlers.events()
        kept = Kept(hours=timedelta(days=settings.hours_kept_days))
        answers = handlers.answers(parts.known_tasks, thresholds, kept)
        await _make_days(parts)
        async with service.serving(parts, answers, events, replay=_replay(intake, events)):
            parts.beside(_bulk(parts, intake).run())
            parts.beside(retraining.watch(parts, settings))
            parts.beside(reporting.watch(parts.database))
            parts.beside(pruning.watch(parts.database, kept))
            parts.beside(watching.run(parts.database, *_watches(parts)))
            yield parts


def _watches(parts: Parts) -> tuple[Watch, ...]:
    kept = retention.watches(lambda: parts.known_settings.platform)
    return (sweeping.watch(), sweeping.forgetting(), partitions.watch(), *kept)


async def _make_days(parts: Parts) -> None:
    async with parts.database.transaction(EVERY_TENANT) as tx:
        await partitions.make_ahead(tx)


def _bulk(parts: Parts, intake: Intake) -> BulkConsumer[list[Portion]]:
    (consumer,) = (each for each in consumers(Service.FEEDBACK) if each.name == INGEST_CONSUMER)
    return BulkConsumer(parts.nats, consumer, intake.work())


def _replay(intake: Intake, events: Handlers) -> Replay:
    async def replay(tx: Transaction, consumer: str, message: store.Outgoing) -> None:
        if consumer == INGEST_CONSUMER:
            await intake.replay(tx, message)
        else:
            await events.handle(tx, consumer, message)

    return replay
