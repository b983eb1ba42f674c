"""Where tests make days to store in, and let what is stored grow old."""

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


def day(ago: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=ago)


async def make_days(database: Database, *ago: int) -> None:
    """Put days in the place of what the migration made; nothing may be stored yet."""
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
