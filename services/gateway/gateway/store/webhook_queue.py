"""Where the SQL of the queue is: events become deliveries to those who want them, and are forgotten in the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.database import Transaction


@dataclass(frozen=True, slots=True)
class Said:
    """An event, with the body that it is posted as."""

    tenant: str
    event_id: str
    type: str
    task: str | None
    at: datetime
    body: bytes


async def list_listening(tx: Transaction) -> set[str]:
    """Name the tenants that have a webhook which is switched on, and are not switched off themselves."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT tenant
        FROM webhooks
        JOIN tenants ON tenants.key = tenant
        WHERE enabled AND deactivated_at IS NULL
        """
    )
    return {row[0] for row in rows}


async def insert(tx: Transaction, said: Sequence[Said]) -> int:
    """Let events wait for each webhook that wants them, once; give how many deliveries were added."""
    return await tx.fetchval(
        """
        WITH added AS (
            INSERT INTO webhook_deliveries (tenant, webhook_id, event_id, type, task, body)
            SELECT webhooks.tenant, webhooks.id, said.event_id, said.type, said.task, said.body
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[])
                WITH ORDINALITY AS said (tenant, event_id, type, task, at, body, place)
            JOIN webhooks ON webhooks.tenant = said.tenant AND enabled
            WHERE (webhooks.types = '{}' OR said.type = ANY (webhooks.types))
              AND (webhooks.task IS NULL OR webhooks.task = said.task)
              AND said.at >= webhooks.enabled_since - interval '1 minute'
            ORDER BY said.place
            ON CONFLICT (webhook_id, event_id) DO NOTHING
            RETURNING 1
        )
        SELECT count(*) FROM added
        """,
        *([each.tenant for each in said], [each.event_id for each in said], [each.type for each in said]),
        *([each.task for each in said], [each.at for each in said], [each.body for each in said]),
    )


async def insert_one(tx: Transaction, webhook_id: str, said: Said, *, lease_s: float) -> str:
    """Add a delivery of which the first try is made at once, by whoever adds it; give its id."""
    return await tx.fetchval(
        """
        INSERT INTO webhook_deliveries (tenant, webhook_id, event_id, type, body, tries, next_try_at)
        VALUES ($1, $2::uuid, $3, $4, $5, 1, now() + make_interval(secs => $6))
        RETURNING id::text
        """,
        *(tx.tenant, webhook_id, said.event_id, said.type, said.body, lease_s),
    )


async def forget_old(tx: Transaction, *, days: int, limit: int) -> int:
    """Forget the oldest deliveries, some at a time; give how many."""
    return await tx.fetchval(
        """
        WITH old AS (
            SELECT id
            FROM webhook_deliveries
            WHERE created_at < now() - make_interval(days => $1)
            ORDER BY created_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM webhook_deliveries
            WHERE id IN (SELECT id FROM old)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        *(days, limit),
    )
