"""Where it is tried that tasks are looked at again after a failover, while which Postgres may only read."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace

from chassis.database import connect
from contracts.service import Service
from registry.health import rounds


async def test_a_postgres_that_only_reads_is_waited_for(database_of: Callable[[Service], str]) -> None:
    url = f"{database_of(Service.REGISTRY)}?default_transaction_read_only=on"
    standby = await connect(url, service=Service.REGISTRY, connections=2)
    looking = asyncio.create_task(rounds.run(SimpleNamespace(database=standby), every_s=0.1))  # pyright: ignore[reportArgumentType]

    done, _ = await asyncio.wait({looking}, timeout=0.5)

    assert not done
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    await standby.close()
