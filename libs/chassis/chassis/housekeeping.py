"""Where a service keeps house: its gauges are set, and what nobody can ask for again is forgotten."""

import asyncio

from nats.js import JetStreamContext

from chassis import metrics, store, streams
from chassis.database import EVERY_TENANT, Database
from chassis.logging import log
from chassis.settings import ChassisSettings
from contracts.service import Service

_EVERY_S = 5.0
_FORGET_EVERY = 720
_REMEMBER_DAYS = 14
"""At least: a consumer that is made anew hears again all that the stream of events has kept."""


async def run(service: Service, settings: ChassisSettings, database: Database, jetstream: JetStreamContext) -> None:
    """Keep house until cancelled; a failure is logged and never ends the service."""
    rounds, days = 0, max(_REMEMBER_DAYS, settings.event_retention_days + 1)
    while True:
        try:
            await _mend(service, settings, jetstream)
            await _look(database, forget_after=None if rounds % _FORGET_EVERY else days)
        except Exception as fault:  # noqa: BLE001 (the edge: it never ends a service)
            log().warning("house.not_kept", reason=str(fault) or type(fault).__name__)
        rounds += 1
        await asyncio.sleep(_EVERY_S)


async def _mend(service: Service, settings: ChassisSettings, jetstream: JetStreamContext) -> None:
    """Create again a consumer that was deleted, or lost with NATS' disk: without it the service hears nothing."""
    if problems := await streams.problems(jetstream, service):
        log().error("streams.mended", problems=problems)
        await streams.bootstrap(jetstream, service, settings)


async def _look(database: Database, *, forget_after: int | None) -> None:
    async with database.transaction(EVERY_TENANT) as tx:
        rows, age, letters = await store.backlog(tx)
        if forget_after is not None:
            await store.forget_old(tx, forget_after)
    metrics.OUTBOX_ROWS.set(rows)
    metrics.OUTBOX_AGE.set(age)
    metrics.DEAD_LETTERS.set(letters)
