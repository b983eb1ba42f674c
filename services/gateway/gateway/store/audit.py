"""Where the SQL of the audit log is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.audit import AuditEntry, AuditOutcome


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A line to add."""

    actor: str
    action: str
    target: str
    status: int
    outcome: AuditOutcome
    latency_ms: float
    request_id: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are looked for; None means any."""

    actor: str | None
    action: str | None
    since: datetime | None
    until: datetime | None
    before: str | None


async def insert(tx: Transaction, entry: NewEntry) -> None:
    await tx.execute(
        """
        INSERT INTO audit_log (tenant, actor, action, target, status, outcome, latency_ms, request_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        tx.tenant,
        entry.actor,
        entry.action,
        entry.target,
        entry.status,
        entry.outcome,
        entry.latency_ms,
        entry.request_id,
    )


async def list_(tx: Transaction, wanted: Wanted, *, limit: int) -> list[AuditEntry]:
    """Give the tenant's lines, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, actor, tenant, action, target, status, outcome, latency_ms, request_id, at
        FROM audit_log
        WHERE tenant = $1
          AND ($2::text IS NULL OR actor = $2)
          AND ($3::text IS NULL OR action = $3)
          AND ($4::timestamptz IS NULL OR at >= $4)
          AND ($5::timestamptz IS NULL OR at < $5)
          AND ($6::uuid IS NULL OR id < $6)
        ORDER BY audit_log.id DESC
        LIMIT $7
        """,
        tx.tenant,
        wanted.actor,
        wanted.action,
        wanted.since,
        wanted.until,
        wanted.before,
        limit,
    )
    return [_entry(row) for row in rows]


def _entry(row: Any) -> AuditEntry:  # noqa: ANN401 (asyncpg ships no types)
    return AuditEntry(**row)
