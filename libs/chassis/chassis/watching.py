"""Where what is open is looked after: whatever is due is judged, each in a transaction of its own tenant."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chassis.database import EVERY_TENANT, Database, Transaction
from chassis.faults import UNREACHABLE
from chassis.logging import log
from contracts.event import Cause

_EVERY_S = 0.5
_AGAIN_S = 30.0
ACTOR = "ratchet"

Due = Callable[[Transaction], Awaitable[list[tuple[str, str]]]]
"""Give tenant and id of each that should be judged, in a transaction across tenants."""

Judge = Callable[[Transaction, str], Awaitable[None]]
"""Judge one by its id and do what follows; it finds out itself if it still is due."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Something that is judged again and again."""

    name: str
    due: Due
    judge: Judge


async def run(database: Database, *watches: Watch) -> None:
    """Judge until cancelled. What cannot be judged is logged and tried again later, and keeps nobody else waiting."""
    failed: dict[tuple[str, str, str], float] = {}
    while True:
        for watch in watches:
            await _look(database, watch, failed)
        await asyncio.sleep(_EVERY_S)


async def _look(database: Database, watch: Watch, failed: dict[tuple[str, str, str], float]) -> None:
    for tenant, id in await _due(database, watch):
        key = (watch.name, tenant, id)
        if time.monotonic() < failed.get(key, 0.0):
            continue
        try:
            async with database.transaction(tenant, Cause(ACTOR)) as tx:
                await watch.judge(tx, id)
        except UNREACHABLE as lost:
            log().warning("watch.blind", watch=watch.name, reason=str(lost) or type(lost).__name__)
        except Exception as fault:  # noqa: BLE001 (the edge: one that cannot be judged never ends the service)
            failed[key] = time.monotonic() + _AGAIN_S
            log().error("watch.failed", watch=watch.name, tenant=tenant, id=id, exc_info=fault)
        else:
            failed.pop(key, None)


async def _due(database: Database, watch: Watch) -> list[tuple[str, str]]:
    try:
        async with database.transaction(EVERY_TENANT) as tx:
            return await watch.due(tx)
    except Exception as fault:  # noqa: BLE001 (the edge: Postgres may be away, or restarting)
        log().warning("watch.blind", watch=watch.name, reason=str(fault) or type(fault).__name__)
        return []
