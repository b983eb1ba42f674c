"""Where the feedback service is put together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from chassis import service, store
from chassis.bulk import BulkConsumer
from chassis.database import Transaction
from chassis.dead_letters import Replay
from chassis.handlers import Handlers
from chassis.service import Parts
from contracts.service import Service
from contracts.topology import INGEST_CONSUMER, consumers
from feedback import handlers, retraining
from feedback.examples.thresholds import Thresholds
from feedback.ingest import Intake, Portion
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
        intake = Intake(parts.database, parts.known_tasks, Thresholds(parts.nats))
        events = handlers.events()
        answers = handlers.answers(parts.known_tasks)
        async with service.serving(parts, answers, events, replay=_replay(intake, events)):
            parts.beside(_bulk(parts, intake).run())
            parts.beside(retraining.watch(parts.database, settings.retrain_check_s))
            parts.beside(reporting.watch(parts.database))
            yield parts


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
