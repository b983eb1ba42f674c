"""Where there is always a day to store in: partitions are made ahead, before anybody needs them."""

import time
from datetime import UTC, datetime

from chassis import metrics
from chassis.database import EVERY_TENANT, Transaction
from chassis.logging import log
from chassis.watching import Due, Watch
from feedback.store import partitions as store

DAYS_AHEAD = 7
PAUSE_S = 600.0


async def ensure(tx: Transaction) -> None:
    """Make sure that today's rows can be stored, should nobody have kept the clock."""
    if not await store.ready(tx):
        await make_ahead(tx)


async def make_ahead(tx: Transaction) -> None:
    """Make what is missing for today and the days after it; several replicas may do so at once."""
    await store.lock(tx)
    missing = await store.missing(tx, DAYS_AHEAD)
    for each in missing:
        await store.make(tx, each)
    if missing:
        log().info("partitions.made", partitions=[f"{table} {day}" for table, day in missing])
    await _measure(tx)


def watch() -> Watch:
    """Give what is done by the clock."""
    return Watch("partitions", seldom(_due), lambda tx, _: make_ahead(tx))


def seldom(due: Due) -> Due:
    """Ask again only after a while if nothing was due."""
    not_before = 0.0

    async def ask(tx: Transaction) -> list[tuple[str, str]]:
        nonlocal not_before
        if time.monotonic() < not_before:
            return []
        found = await due(tx)
        if not found:
            not_before = time.monotonic() + PAUSE_S
        return found

    return ask


async def _due(tx: Transaction) -> list[tuple[str, str]]:
    await _measure(tx)
    return [(EVERY_TENANT, "ahead")] if await store.missing(tx, DAYS_AHEAD) else []


async def _measure(tx: Transaction) -> None:
    now = datetime.now(UTC)
    last = {each.table: each.until for each in await store.list_(tx)}
    for table, until in last.items():
        metrics.PARTITIONS_AHEAD.labels(table).set((until - now).days)
