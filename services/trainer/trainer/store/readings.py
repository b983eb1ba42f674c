"""Where the SQL of uploads that are being read is: claimed with a lease, held by beats, settled by who holds them."""

from dataclasses import dataclass, field
from typing import Any

from chassis.database import Transaction
from contracts.event import Cause


@dataclass(frozen=True, slots=True)
class Claimed:
    """An upload in the hands of a reader, at its so many-th attempt."""

    id: str
    tenant: str
    task: str
    kind: str
    upload: str
    attempt: int
    cause: Cause


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of an upload: a table with its hash, or an error; and the problems of its lines."""

    sha256: str | None = None
    table: str | None = None
    rows: int = 0
    columns: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    format: str | None = None
    encoding: str | None = None
    problems: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    problem_count: int = 0
    refused_rows: int = 0
    error: str | None = None
    errors: list[dict[str, str]] = field(default_factory=list[dict[str, str]])


async def claim(tx: Transaction, lease_seconds: float) -> Claimed | None:
    """Take the upload that has waited longest and is read by nobody, or by nobody any more."""
    row = await tx.fetchrow(
        """
        WITH waiting AS (
            SELECT id
            FROM datasets
            WHERE status = 'reading' AND (lease_until IS NULL OR lease_until < now())
            ORDER BY created_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        UPDATE datasets
        SET attempt = attempt + 1, lease_until = now() + make_interval(secs => $1)
        FROM waiting
        WHERE datasets.id = waiting.id
        RETURNING datasets.id::text, tenant, task, kind, upload, attempt, created_by, correlation_id
        """,
        lease_seconds,
    )
    if row is None:
        return None
    found = dict(row)
    cause = Cause(found.pop("created_by"), found.pop("correlation_id"))
    return Claimed(**found, cause=cause)


async def beat(tx: Transaction, held: Claimed, lease_seconds: float, progress: float) -> bool:
    """Extend the lease and note the progress; False if the upload is no longer ours, or was deleted."""
    beaten = await tx.fetchval(
        """
        UPDATE datasets
        SET lease_until = now() + make_interval(secs => $4), progress = $5
        WHERE tenant = $1 AND id = $2::uuid AND attempt = $3 AND status = 'reading'
        RETURNING true
        """,
        held.tenant,
        held.id,
        held.attempt,
        lease_seconds,
        progress,
    )
    return bool(beaten)


async def settle(tx: Transaction, held: Claimed, outcome: Settled) -> bool:
    """Write down what came of an upload; False if it is no longer ours."""
    settled = await tx.fetchval(
        """
        UPDATE datasets
        SET status = CASE WHEN $4::text IS NULL THEN 'refused' ELSE 'ready' END, progress = 1, lease_until = NULL,
            read_at = now(), sha256 = $4, table_name = $5, rows = $6, columns = $7, format = $8, encoding = $9,
            problems = $10, problem_count = $11, refused_rows = $12, error = $13, errors = $14
        WHERE tenant = $1 AND id = $2::uuid AND attempt = $3 AND status = 'reading'
        RETURNING true
        """,
        *(held.tenant, held.id, held.attempt),
        *(outcome.sha256, outcome.table, outcome.rows, outcome.columns, outcome.format, outcome.encoding),
        *(outcome.problems, outcome.problem_count, outcome.refused_rows, outcome.error, outcome.errors),
    )
    return bool(settled)


async def hand_back(tx: Transaction, held: Claimed, *, counts: bool) -> None:
    """Give an upload up, so that another reader takes it at once; say whether the attempt counts."""
    await tx.execute(
        """
        UPDATE datasets
        SET lease_until = NULL, attempt = attempt - CASE WHEN $4 THEN 0 ELSE 1 END
        WHERE tenant = $1 AND id = $2::uuid AND attempt = $3 AND status = 'reading'
        """,
        held.tenant,
        held.id,
        held.attempt,
        counts,
    )


async def uploads(tx: Transaction) -> list[str]:
    """Name the uploads, of whatever tenant, that have not been read to their end."""
    rows = await tx.fetch("SELECT upload FROM datasets WHERE status = 'reading'")
    return [row["upload"] for row in rows]
