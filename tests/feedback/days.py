"""Where tests make days to store in, and let what is stored grow old."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.database import EVERY_TENANT, Database
from feedback.store import partitions
from feedback.store.partitions import Missing

EARLIER = (
    "UPDATE inferences SET stored_at = stored_at - $1::interval",
    "UPDATE inference_claims SET stored_at = stored_at - $1::interval",
    "UPDATE feedback SET stored_at = stored_at - $1::interval",
    "UPDATE feedback_claims SET stored_at = stored_at - $1::interval",
    "UPDATE stored_days SET until = until - $1::interval, since = since - $1::interval",
)
_A_TEST = timedelta(minutes=1)


def day(ago: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=ago)


async def be_one_day() -> None:
    """Wait for the next day where this one is about to end, so that it does not end amid a test."""
    now = day(0)
    left = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) - now
    if left < _A_TEST:
        await asyncio.sleep(left.total_seconds() + 1)


async def make_days(database: Database, *ago: int) -> None:
    """Put days in the place of what the migration made; nothing may be stored yet."""
    await be_one_day()
    async with database.transaction(EVERY_TENANT) as tx:
        for each in await partitions.list_(tx):
            await partitions.drop(tx, each.name)
        for each in ago:
            for table in ("inferences", "feedback"):
                await partitions.make(tx, Missing(table, day(each).date()))


async def let_pass(database: Database, days: int) -> None:
    """Let all that is stored have been stored some days earlier."""
    async with database.transaction(EVERY_TENANT) as tx:
        for update in EARLIER:
            await tx.execute(update, timedelta(days=days))


async def ask(database: Database, sql: str, *values: Any, tenant: str = EVERY_TENANT) -> Any:
    async with database.transaction(tenant) as tx:
        return await tx.fetchval(sql, *values)
