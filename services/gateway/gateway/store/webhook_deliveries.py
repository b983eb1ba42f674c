"""Where the SQL of deliveries is, as people look at them."""

from typing import Any

from chassis.database import Transaction
from contracts.api.webhook import DeliveriesQuestion, Delivery, DeliveryTry


async def list_(
    tx: Transaction, webhook_id: str, question: DeliveriesQuestion, *, before: str | None, limit: int
) -> list[Delivery]:
    """Give the deliveries to a webhook, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, webhook_id::text, event_id, type, task, status, tries, response_status, latency_ms, error,
               next_try_at, created_at, ended_at
        FROM webhook_deliveries
        WHERE tenant = $1 AND webhook_id = $2::uuid
          AND ($3::text IS NULL OR status = $3)
          AND ($4::text IS NULL OR type = $4)
          AND ($5::uuid IS NULL OR id < $5)
        ORDER BY webhook_deliveries.id DESC
        LIMIT $6
        """,
        *(tx.tenant, webhook_id, question.status and str(question.status), question.type, before, limit),
    )
    return [_delivery(row) for row in rows]


async def find(tx: Transaction, delivery_id: str) -> tuple[Delivery, str] | None:
    """Give a delivery and the body that is sent."""
    row = await tx.fetchrow(
        """
        SELECT id::text, webhook_id::text, event_id, type, task, status, tries, response_status, latency_ms, error,
               next_try_at, created_at, ended_at, body
        FROM webhook_deliveries
        WHERE tenant = $1 AND id = $2::uuid
        """,
        *(tx.tenant, delivery_id),
    )
    return (_delivery(row), row["body"].decode()) if row else None


async def list_tries(tx: Transaction, delivery_id: str) -> list[DeliveryTry]:
    """Give the latest tries of a delivery, oldest first."""
    rows = await tx.fetch(
        """
        SELECT at, response_status, response_start, latency_ms, error
        FROM (
            SELECT id, at, response_status, response_start, latency_ms, error
            FROM webhook_tries
            WHERE tenant = $1 AND delivery_id = $2::uuid
            ORDER BY id DESC
            LIMIT 100
        ) AS latest
        ORDER BY id
        """,
        *(tx.tenant, delivery_id),
    )
    return [DeliveryTry(**row) for row in rows]


async def renew(tx: Transaction, delivery_id: str) -> Delivery | None:
    """Let a delivery wait again, with all its tries before it."""
    row = await tx.fetchrow(
        """
        UPDATE webhook_deliveries
        SET status = 'waiting', tries = 0, next_try_at = now(), ended_at = NULL
        WHERE tenant = $1 AND id = $2::uuid
        RETURNING id::text, webhook_id::text, event_id, type, task, status, tries, response_status, latency_ms, error,
                  next_try_at, created_at, ended_at
        """,
        *(tx.tenant, delivery_id),
    )
    return _delivery(row) if row else None


def _delivery(row: Any) -> Delivery:  # noqa: ANN401 (asyncpg ships no types)
    return Delivery.model_validate(dict(row))
