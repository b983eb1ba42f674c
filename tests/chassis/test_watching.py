"""Where what is due is judged, and one that cannot be judged keeps nobody else waiting."""

import asyncio
import contextlib
from collections.abc import Callable

from chassis import database as databases
from chassis import watching
from chassis.database import Transaction
from chassis.testing.waiting import eventually
from chassis.watching import Watch
from contracts.service import Service


async def test_one_that_cannot_be_judged_keeps_nobody_else_waiting(database_of: Callable[[Service], str]) -> None:
    judged: list[str] = []
    tried: list[str] = []

    async def due(_: Transaction) -> list[tuple[str, str]]:
        return [("acme", "broken"), ("acme", "sound")]

    async def judge(tx: Transaction, id: str) -> None:
        tried.append(id)
        if id == "broken":
            raise OverflowError
        judged.append(f"{tx.tenant} {id}")

    database = await databases.connect(database_of(Service.REGISTRY), service=Service.REGISTRY, connections=2)
    watched = asyncio.create_task(watching.run(database, Watch("things", due, judge)))

    await eventually(lambda: _enough(judged))

    watched.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watched
    await database.close()
    assert set(judged) == {"acme sound"}
    assert tried.count("broken") == 1


async def _enough(judged: list[str]) -> bool | None:
    return len(judged) >= 2 or None
