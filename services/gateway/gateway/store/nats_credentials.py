"""Where the SQL of NATS credentials is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import Transaction


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A credential to store; of its nkey only the public half is known here."""

    name: str
    name_key: str
    public_key: str
    events: bool


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential as it is stored."""

    id: str
    tenant: str
    name: str
    public_key: str
    events: bool
    created_by: str
    created_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None


@dataclass(frozen=True, slots=True, order=True)
class Admitted:
    """An application that may connect."""

    tenant: str
    public_key: str
    events: bool


async def lock(tx: Transaction) -> None:
    """Let nobody else make credentials of this tenant before the transaction ends; for ``*``: tell NATS of any."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('gateway.nats_credentials.' || $1, 0))", tx.tenant)


async def insert(tx: Transaction, new: NewCredential) -> Credential | None:
    """Add a credential; None if one that is not revoked has that name."""
    row = await tx.fetchrow(
        """
        INSERT INTO nats_credentials (tenant, name, name_key, public_key, events, created_by)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant, name_key) WHERE revoked_at IS NULL DO NOTHING
        RETURNING id::text, tenant, name, public_key, events, created_by, created_at, revoked_at, revoked_by
        """,
        *(tx.tenant, new.name, new.name_key, new.public_key, new.events, tx.cause.actor),
    )
    return _credential(row) if row else None


async def count(tx: Transaction) -> int:
    """Count the tenant's credentials that are not revoked."""
    return int(
        await tx.fetchval(
            """
            SELECT count(*)
            FROM nats_credentials
            WHERE tenant = $1 AND revoked_at IS NULL
            """,
            tx.tenant,
        )
    )


async def list_(tx: Transaction, *, before: str | None, limit: int) -> list[Credential]:
    """Give the tenant's credentials, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, tenant, name, public_key, events, created_by, created_at, revoked_at, revoked_by
        FROM nats_credentials
        WHERE tenant = $1 AND ($2::uuid IS NULL OR id < $2)
        ORDER BY nats_credentials.id DESC
        LIMIT $3
        """,
        *(tx.tenant, before, limit),
    )
    return [_credential(row) for row in rows]


async def find(tx: Transaction, credential_id: str) -> Credential | None:
    row = await tx.fetchrow(
        """
        SELECT id::text, tenant, name, public_key, events, created_by, created_at, revoked_at, revoked_by
        FROM nats_credentials
        WHERE tenant = $1 AND id = $2::uuid
        """,
        *(tx.tenant, credential_id),
    )
    return _credential(row) if row else None


async def revoke(tx: Transaction, credential_id: str) -> Credential | None:
    """Revoke a credential for good; who did it first stays."""
    row = await tx.fetchrow(
        """
        UPDATE nats_credentials
        SET revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, $3)
        WHERE tenant = $1 AND id = $2::uuid
        RETURNING id::text, tenant, name, public_key, events, created_by, created_at, revoked_at, revoked_by
        """,
        *(tx.tenant, credential_id, tx.cause.actor),
    )
    return _credential(row) if row else None


async def list_admitted(tx: Transaction) -> list[Admitted]:
    """Give everybody of all active tenants who may connect, in an order that is always the same."""
    rows = await tx.fetch(
        """
        SELECT tenant, public_key, events
        FROM nats_credentials
        JOIN tenants ON tenants.key = nats_credentials.tenant
        WHERE revoked_at IS NULL AND deactivated_at IS NULL
        ORDER BY tenant, public_key
        """
    )
    return [Admitted(**row) for row in rows]


async def forget_old(tx: Transaction, *, days: int, limit: int) -> int:
    """Forget credentials that were revoked so many days ago; give how many. NATS is told of valid ones alone."""
    return await tx.fetchval(
        """
        WITH old AS (
            SELECT id
            FROM nats_credentials
            WHERE revoked_at < now() - make_interval(days => $1)
            ORDER BY revoked_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM nats_credentials
            WHERE id IN (SELECT id FROM old)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        *(days, limit),
    )


def _credential(row: Any) -> Credential:  # noqa: ANN401 (asyncpg ships no types)
    return Credential(**row)
