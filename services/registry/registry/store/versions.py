"""Where the SQL of versions is."""

from collections.abc import Sequence
from typing import Any

from chassis.database import Transaction
from contracts.api.version import Artifact, Gate, Version, VersionStatus
from registry.registrations import Registration


async def insert(tx: Transaction, new: Registration, gate: Gate, *, number: int, label: str) -> None:
    """Add a candidate."""
    await tx.execute(
        """
        INSERT INTO versions (tenant, id, task, number, label, status, metrics, artifact_sha256, artifact_size,
                              artifact_uri, lineage, card, source, verdict, reasons, evidence)
        VALUES ($1, $2, $3, $4, $5, 'candidate', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """,
        tx.tenant,
        new.id,
        new.task,
        number,
        label,
        *_content(new),
        str(gate.verdict),
        gate.reasons,
        gate.evidence,
    )


async def find(tx: Transaction, version_id: str) -> Version | None:
    """Give a version."""
    row = await tx.fetchrow(
        """
        SELECT id, task, number, label, status, metrics, artifact_sha256, artifact_size, artifact_uri,
               lineage, card, source, approvals, erasures, verdict, reasons, evidence, created_at
        FROM approved_versions
        WHERE tenant = $1 AND id = $2
        """,
        tx.tenant,
        version_id,
    )
    return _version(dict(row)) if row else None


async def find_all(tx: Transaction, version_ids: Sequence[str]) -> dict[str, Version]:
    """Give versions by id."""
    rows = await tx.fetch(
        """
        SELECT id, task, number, label, status, metrics, artifact_sha256, artifact_size, artifact_uri,
               lineage, card, source, approvals, erasures, verdict, reasons, evidence, created_at
        FROM approved_versions
        WHERE tenant = $1 AND id = ANY($2::text[])
        """,
        tx.tenant,
        version_ids,
    )
    return {row["id"]: _version(dict(row)) for row in rows}


async def list_(
    tx: Transaction, task: str, *, status: VersionStatus | None = None, before: int | None = None, limit: int = 1
) -> list[Version]:
    """Give versions of a task, newest first."""
    rows = await tx.fetch(
        """
        SELECT id, task, number, label, status, metrics, artifact_sha256, artifact_size, artifact_uri,
               lineage, card, source, approvals, erasures, verdict, reasons, evidence, created_at
        FROM approved_versions
        WHERE tenant = $1 AND task = $2 AND ($3::text IS NULL OR status = $3) AND ($4::integer IS NULL OR number < $4)
        ORDER BY number DESC
        LIMIT $5
        """,
        tx.tenant,
        task,
        status,
        before,
        limit,
    )
    return [_version(dict(row)) for row in rows]


async def settle(tx: Transaction, version_id: str, status: VersionStatus) -> None:
    """Give a version another status."""
    await tx.execute(
        "UPDATE versions SET status = $3 WHERE tenant = $1 AND id = $2",
        tx.tenant,
        version_id,
        str(status),
    )


async def deprecate_before(tx: Transaction, task: str, number: int, *, sparing: Sequence[str]) -> list[str]:
    """Deprecate the candidates with lower numbers, but for some; give their ids, oldest first."""
    rows = await tx.fetch(
        """
        WITH outdated AS (
            UPDATE versions
            SET status = 'deprecated'
            WHERE tenant = $1 AND task = $2 AND status = 'candidate' AND number < $3 AND NOT id = ANY($4::text[])
            RETURNING id, number
        )
        SELECT id
        FROM outdated
        ORDER BY number
        """,
        tx.tenant,
        task,
        number,
        sparing,
    )
    return [row["id"] for row in rows]


async def is_tidy(tx: Transaction, task: str, number: int) -> bool:
    """Say that no candidate has a lower number, and that not more versions are deprecated than the task keeps."""
    return await tx.fetchval(
        """
        SELECT NOT EXISTS (
            SELECT
            FROM versions
            WHERE tenant = $1 AND task = $2 AND status = 'candidate' AND number < $3
        ) AND NOT EXISTS (
            SELECT
            FROM versions
            WHERE tenant = $1 AND task = $2 AND status = 'deprecated'
            ORDER BY number DESC
            OFFSET (SELECT keep_versions FROM tasks WHERE tenant = $1 AND key = $2)
        )
        """,
        tx.tenant,
        task,
        number,
    )


async def archive_old(tx: Transaction, task: str, *, keep: int, sparing: Sequence[str]) -> list[str]:
    """Archive deprecated versions but for the newest so many and some others; give their ids, oldest first."""
    rows = await tx.fetch(
        """
        WITH archived AS (
            UPDATE versions
            SET status = 'archived'
            WHERE tenant = $1 AND task = $2 AND status = 'deprecated' AND NOT id = ANY($4::text[])
              AND number <= (
                  SELECT number
                  FROM versions
                  WHERE tenant = $1 AND task = $2 AND status = 'deprecated'
                  ORDER BY number DESC
                  OFFSET $3
                  LIMIT 1
              )
            RETURNING id, number
        )
        SELECT id
        FROM archived
        ORDER BY number
        """,
        *(tx.tenant, task, keep, sparing),
    )
    return [row["id"] for row in rows]


def _content(new: Registration) -> tuple[Any, ...]:
    artifact = new.artifact
    return (new.metrics, artifact.sha256, artifact.size, artifact.uri, new.lineage, new.card, str(new.source))


def _version(row: dict[str, Any]) -> Version:
    artifact = Artifact(sha256=row["artifact_sha256"], size=row["artifact_size"], uri=row["artifact_uri"])
    gate = Gate(verdict=row["verdict"], reasons=row["reasons"], evidence=row["evidence"])
    return Version(**row, artifact=artifact, gate=gate)
