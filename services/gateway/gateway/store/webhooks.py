"""Where the SQL of webhooks is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.webhook import NewWebhook, Webhook


@dataclass(frozen=True, slots=True)
class Salted:
    """What a secret is derived from, and the hash by which it is known again."""

    salt: bytes
    proof: bytes


@dataclass(frozen=True, slots=True)
class Failing:
    """How long a webhook has been failing, and where it leads."""

    url: str
    name: str
    failures: int
    since: datetime
    lasted_s: float


async def insert(tx: Transaction, new: NewWebhook, secret: Salted, *, most: int) -> Webhook | None:
    """Add a webhook; None if the tenant has as many as it may."""
    row = await tx.fetchrow(
        """
        INSERT INTO webhooks (tenant, name, url, types, task, enabled, salt, proof, created_by)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
        WHERE (SELECT count(*) FROM webhooks WHERE tenant = $1) < $10
        RETURNING id::text, name, url, types, task, enabled, failures, failing_since, last_delivered_at,
                  switched_off_at, off_reason, former_until AS former_secret_until, revision, created_at, created_by
        """,
        *(tx.tenant, new.name, new.url, list(new.types), new.task, new.enabled),
        *(secret.salt, secret.proof, tx.cause.actor, most),
    )
    return _webhook(row) if row else None


async def find(tx: Transaction, webhook_id: str) -> Webhook | None:
    row = await tx.fetchrow(
        """
        SELECT id::text, name, url, types, task, enabled, failures, failing_since, last_delivered_at,
               switched_off_at, off_reason, former_until AS former_secret_until, revision, created_at, created_by
        FROM webhooks
        WHERE tenant = $1 AND id = $2::uuid
        """,
        *(tx.tenant, webhook_id),
    )
    return _webhook(row) if row else None


async def lock(tx: Transaction, webhook_id: str) -> Webhook | None:
    """Give a webhook that nobody else changes until this transaction ends."""
    row = await tx.fetchrow(
        """
        SELECT id::text, name, url, types, task, enabled, failures, failing_since, last_delivered_at,
               switched_off_at, off_reason, former_until AS former_secret_until, revision, created_at, created_by
        FROM webhooks
        WHERE tenant = $1 AND id = $2::uuid
        FOR UPDATE
        """,
        *(tx.tenant, webhook_id),
    )
    return _webhook(row) if row else None


async def list_(tx: Transaction, *, before: str | None, limit: int) -> list[Webhook]:
    """Give the tenant's webhooks, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, name, url, types, task, enabled, failures, failing_since, last_delivered_at,
               switched_off_at, off_reason, former_until AS former_secret_until, revision, created_at, created_by
        FROM webhooks
        WHERE tenant = $1 AND ($2::uuid IS NULL OR id < $2)
        ORDER BY webhooks.id DESC
        LIMIT $3
        """,
        *(tx.tenant, before, limit),
    )
    return [_webhook(row) for row in rows]


async def settle(tx: Transaction, changed: Webhook) -> Webhook:
    """Write what somebody changed; a webhook that is switched on begins anew."""
    row = await tx.fetchrow(
        """
        UPDATE webhooks
        SET name = $3,
            url = $4,
            types = $5,
            task = $6,
            enabled = $7,
            enabled_since = CASE WHEN $7 AND NOT enabled THEN now() ELSE enabled_since END,
            failures = CASE WHEN $7 AND NOT enabled THEN 0 ELSE failures END,
            failing_since = CASE WHEN $7 AND NOT enabled THEN NULL ELSE failing_since END,
            switched_off_at = CASE WHEN $7 THEN NULL ELSE switched_off_at END,
            off_reason = CASE WHEN $7 THEN NULL ELSE off_reason END,
            revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid
        RETURNING id::text, name, url, types, task, enabled, failures, failing_since, last_delivered_at,
                  switched_off_at, off_reason, former_until AS former_secret_until, revision, created_at, created_by
        """,
        *(tx.tenant, changed.id, changed.name, changed.url, list(changed.types), changed.task, changed.enabled),
    )
    return _webhook(row)


async def rotate(tx: Transaction, webhook_id: str, secret: Salted, *, grace_minutes: int) -> Webhook:
    """Put a new secret in the place of the old one, which goes on for a while."""
    row = await tx.fetchrow(
        """
        UPDATE webhooks
        SET former_salt = CASE WHEN $5 > 0 THEN salt END,
            former_until = CASE WHEN $5 > 0 THEN now() + make_interval(mins => $5) END,
            salt = $3,
            proof = $4,
            revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid
        RETURNING id::text, name, url, types, task, enabled, failures, failing_since, last_delivered_at,
                  switched_off_at, off_reason, former_until AS former_secret_until, revision, created_at, created_by
        """,
        *(tx.tenant, webhook_id, secret.salt, secret.proof, grace_minutes),
    )
    return _webhook(row)


async def delete(tx: Transaction, webhook_id: str) -> None:
    """Take a webhook away, with its deliveries."""
    await tx.execute("DELETE FROM webhooks WHERE tenant = $1 AND id = $2::uuid", tx.tenant, webhook_id)


def _webhook(row: Any) -> Webhook:  # noqa: ANN401 (asyncpg ships no types)
    return Webhook.model_validate(dict(row))
