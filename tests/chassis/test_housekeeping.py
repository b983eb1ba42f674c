"""Where it is tried that what was handled is remembered for as long as it can be heard again."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import nats
import pytest

from chassis import housekeeping, store, streams
from chassis.database import EVERY_TENANT, connect
from chassis.testing import parts
from contracts.service import Service


@pytest.mark.parametrize(("kept_days", "is_new"), [(7, True), (30, False)])
async def test_events_are_remembered_for_as_long_as_they_are_kept(
    database_of: Callable[[Service], str], nats_url: str, kept_days: int, *, is_new: bool
) -> None:
    database = await connect(database_of(Service.REGISTRY), service=Service.REGISTRY, connections=2)
    settings = parts.settings("postgresql://none", nats_url, event_retention_days=kept_days)
    connection = await nats.connect(nats_url)
    await streams.bootstrap(connection.jetstream(), Service.REGISTRY, settings)
    async with database.transaction(EVERY_TENANT) as tx:
        await store.claim(tx, "registry", "e1")
        await tx.execute("UPDATE inbox SET taken_at = now() - interval '20 days'")

    keeping = asyncio.create_task(housekeeping.run(Service.REGISTRY, settings, database, connection.jetstream()))
    with suppress(TimeoutError):
        await asyncio.wait_for(keeping, 1)

    async with database.transaction(EVERY_TENANT) as tx:
        assert await store.claim(tx, "registry", "e1") is is_new
    await connection.close()
    await database.close()
