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
    person: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are looked for; None means any."""

    actor: str | None = None
    action: str | None = None
    outcome: AuditOutcome | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def terms(self) -> tuple[str | datetime | None, ...]:
        outcome = str(self.outcome) if self.outcome else None
        return self.actor, self.action, outcome, self.request_id, self.since, self.until


async def insert(tx: Transaction, entry: NewEntry) -> None:
    await tx.execute(
        """
        INSERT INTO audit_log (tenant, actor, person, action, target, status, outcome, latency_ms, request_id, address)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        *(tx.tenant, entry.actor, entry.person, entry.action, entry.target, entry.status, str(entry.outcome)),
        *(entry.latency_ms, entry.request_id, entry.address),
    )


async def list_(tx: Transaction, wanted: Wanted, *, before: str | None, limit: int) -> list[AuditEntry]:
    """Give the tenant's lines, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, actor, person, tenant, action, target, status, outcome, latency_ms, request_id, address, at
        FROM audit_log
        WHERE tenant = $1
          AND ($2::text IS NULL OR actor = $2)
          AND ($3::text IS NULL OR action = $3)
          AND ($4::text IS NULL OR outcome = $4)
          AND ($5::text IS NULL OR request_id = $5)
          AND ($6::timestamptz IS NULL OR at >= $6)
          AND ($7::timestamptz IS NULL OR at < $7)
          AND ($8::uuid IS NULL OR id < $8)
        ORDER BY audit_log.id DESC
        LIMIT $9
        """,
        *(tx.tenant, *wanted.terms, before, limit),
    )
    return [_entry(row) for row in rows]


async def list_onwards(tx: Transaction, wanted: Wanted, *, after: str | None, limit: int) -> list[AuditEntry]:
    """Give the tenant's lines, oldest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, actor, person, tenant, action, target, status, outcome, latency_ms, request_id, address, at
        FROM audit_log
        WHERE tenant = $1
          AND ($2::text IS NULL OR actor = $2)
          AND ($3::text IS NULL OR action = $3)
          AND ($4::text IS NULL OR outcome = $4)
          AND ($5::text IS NULL OR request_id = $5)
          AND ($6::timestamptz IS NULL OR at >= $6)
          AND ($7::timestamptz IS NULL OR at < $7)
          AND ($8::uuid IS NULL OR id > $8)
        ORDER BY audit_log.id
        LIMIT $9
        """,
        *(tx.tenant, *wanted.terms, after, limit),
    )
    return [_entry(row) for row in rows]


async def forget_old(tx: Transaction, *, days: int, limit: int) -> int:
    """Forget the oldest lines of all tenants that are kept no longer, and give how many those were."""
    return await tx.fetchval(
        """
        WITH old AS (
            SELECT id
            FROM audit_log
            WHERE id < (SELECT uuidv7(make_interval(days => -($1::integer))))
            ORDER BY id
            LIMIT $2
        ), forgotten AS (
            DELETE FROM audit_log
            USING old
            WHERE audit_log.id = old.id
            RETURNING audit_log.id
        )
        SELECT count(*)
        FROM forgotten
        """,
        *(days, limit),
    )


def _entry(row: Any) -> AuditEntry:  # noqa: ANN401 (asyncpg ships no types)
    return AuditEntry(**row)
