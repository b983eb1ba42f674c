"""Where sums by minute and hour are dropped once nobody can ask for them any more, a bounded number at a time."""

import asyncio
from datetime import UTC, datetime

from chassis.database import EVERY_TENANT, Database
from chassis.faults import FAILURES
from chassis.logging import log
from feedback.metrics import grains
from feedback.metrics.grains import Kept
from feedback.store import pruning
from feedback.store.sums import Grain

_EVERY_S = 300.0
_PAUSE_S = 0.2
_MOST_ROWS = 2_000
"""Rows of each table that one transaction drops, so that it takes some tens of milliseconds."""


async def watch(database: Database, kept: Kept) -> None:
    """Drop until cancelled; several replicas may do so at once."""
    while True:
        try:
            await prune(database, kept, datetime.now(UTC))
        except FAILURES as lost:
            log().warning("sums.pruning_delayed", reason=str(lost) or type(lost).__name__)
        await asyncio.sleep(_EVERY_S)


async def prune(database: Database, kept: Kept, now: datetime) -> int:
    """Drop what is older than what is kept; give how many rows there were."""
    oldest = {Grain.MINUTE: grains.oldest_minute(now), Grain.HOUR: grains.oldest_hour(now, kept)}
    return sum([await _prune(database, grain, before) for grain, before in oldest.items()])


async def _prune(database: Database, grain: Grain, before: datetime) -> int:
    total = 0
    while True:
        async with database.transaction(EVERY_TENANT) as tx:
            await pruning.walk_along_indexes(tx)
            dropped = await pruning.drop(tx, grain, before, most=_MOST_ROWS)
        total += dropped
        if not dropped:
            return total
        await asyncio.sleep(_PAUSE_S)
