"""Where it is kept what was exported."""

from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.export import Manifest, NewExport


async def moment(tx: Transaction, wanted: datetime | None) -> datetime:
    """Give the time as of which to export: now, where none is wanted or one that is yet to come."""
    return await tx.fetchval("SELECT least(greatest(coalesce($1::timestamptz, now()), 'epoch'), now())", wanted)


async def insert(tx: Transaction, new: NewExport, as_of: datetime) -> Manifest:
    """Note that an export begins."""
    row = await tx.fetchrow(
        """
        INSERT INTO exports (tenant, task, format, split, part, as_of, status, by)
        VALUES ($1, $2, $3, $4, $5, $6, 'running', $7)
        RETURNING id::text, task, format, split, part, as_of, status, rows, train, validation, skipped, size, sha256,
            by, begun_at, ended_at
        """,
        *(tx.tenant, new.task, str(new.format), new.split, new.part and str(new.part), as_of, tx.cause.actor),
    )
    return _manifest(row)


async def settle(tx: Transaction, ended: Manifest) -> None:
    """Note how an export ended."""
    await tx.execute(
        """
        UPDATE exports
        SET status = $3, rows = $4, train = $5, validation = $6, skipped = $7, size = $8, sha256 = $9, ended_at = now()
        WHERE tenant = $1 AND id = $2::uuid AND status = 'running'
        """,
        *(tx.tenant, ended.id, str(ended.status), ended.rows, ended.train, ended.validation, ended.skipped),
        *(ended.size, ended.sha256),
    )


async def find(tx: Transaction, export_id: str) -> Manifest | None:
    """Give what is known of an export."""
    row = await tx.fetchrow(
        """
        SELECT id::text, task, format, split, part, as_of, status, rows, train, validation, skipped, size, sha256, by,
            begun_at, ended_at
        FROM exports
        WHERE tenant = $1 AND id = $2::uuid
        """,
        *(tx.tenant, export_id),
    )
    return _manifest(row) if row else None


async def list_(tx: Transaction, *, before: str | None, limit: int) -> list[Manifest]:
    """Give exports, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, task, format, split, part, as_of, status, rows, train, validation, skipped, size, sha256, by,
            begun_at, ended_at
        FROM exports
        WHERE tenant = $1 AND ($2::uuid IS NULL OR id < $2)
        ORDER BY exports.id DESC
        LIMIT $3
        """,
        *(tx.tenant, before, limit),
    )
    return [_manifest(row) for row in rows]


def _manifest(row: Any) -> Manifest:  # noqa: ANN401 (asyncpg ships no types)
    return Manifest.model_validate(dict(row))
