"""Where the SQL of how webhooks do is: what counts as a failure, and when they are switched off."""

from chassis.database import Transaction
from gateway.store.webhooks import Failing


async def lock(tx: Transaction, webhook_id: str) -> bool:
    """Keep a webhook from being taken away until this transaction ends; False if it is gone."""
    found = await tx.fetchval(
        "SELECT true FROM webhooks WHERE tenant = $1 AND id = $2::uuid FOR NO KEY UPDATE", tx.tenant, webhook_id
    )
    return bool(found)


async def note_delivery(tx: Transaction, webhook_id: str) -> None:
    """Note that it works."""
    await tx.execute(
        """
        UPDATE webhooks
        SET failures = 0, failing_since = NULL, last_delivered_at = now()
        WHERE tenant = $1 AND id = $2::uuid
        """,
        *(tx.tenant, webhook_id),
    )


async def note_failure(tx: Transaction, webhook_id: str) -> Failing | None:
    """Note that it failed once more; None if it was switched off meanwhile."""
    row = await tx.fetchrow(
        """
        UPDATE webhooks
        SET failures = failures + 1, failing_since = coalesce(failing_since, now())
        WHERE tenant = $1 AND id = $2::uuid AND enabled
        RETURNING url, name, failures, failing_since AS since,
                  extract(epoch FROM now() - failing_since)::float8 AS lasted_s
        """,
        *(tx.tenant, webhook_id),
    )
    return Failing(**row) if row else None


async def switch_off(tx: Transaction, webhook_id: str, reason: str) -> None:
    await tx.execute(
        """
        UPDATE webhooks
        SET enabled = false, switched_off_at = now(), off_reason = $3, revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid
        """,
        *(tx.tenant, webhook_id, reason),
    )
