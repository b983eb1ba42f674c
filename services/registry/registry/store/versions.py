"""Where the SQL of versions is."""

from typing import Any

from chassis.database import Transaction
from contracts.api.version import Artifact, Gate, Version, VersionStatus
from contracts.events.training import TrainingCompleted


async def insert(tx: Transaction, completed: TrainingCompleted, gate: Gate, *, number: int, label: str) -> Version:
    """Add a candidate."""
    row = await tx.fetchrow(
        """
        INSERT INTO versions (tenant, id, task, number, label, status, metrics, artifact_sha256, artifact_size,
                              lineage, card, verdict, reasons, evidence)
        VALUES ($1, $2, $3, $4, $5, 'candidate', $6, $7, $8, $9, $10, $11, $12, $13)
        RETURNING id, task, number, label, status, metrics, artifact_sha256, artifact_size,
                  lineage, card, verdict, reasons, evidence, created_at
        """,
        tx.tenant,
        completed.version_id,
        completed.task,
        number,
        label,
        *_content(completed),
        gate.verdict,
        gate.reasons,
        gate.evidence,
    )
    return _version(dict(row or {}))


async def find(tx: Transaction, version_id: str) -> Version | None:
    row = await tx.fetchrow(
        """
        SELECT id, task, number, label, status, metrics, artifact_sha256, artifact_size,
               lineage, card, verdict, reasons, evidence, created_at
        FROM versions
        WHERE tenant = $1 AND id = $2
        """,
        tx.tenant,
        version_id,
    )
    return _version(dict(row)) if row else None


async def list_(
    tx: Transaction, task: str, *, status: VersionStatus | None = None, before: int | None = None, limit: int = 1
) -> list[Version]:
    """Give versions of a task, newest first."""
    rows = await tx.fetch(
        """
        SELECT id, task, number, label, status, metrics, artifact_sha256, artifact_size,
               lineage, card, verdict, reasons, evidence, created_at
        FROM versions
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
        status,
    )


def _content(completed: TrainingCompleted) -> tuple[Any, ...]:
    artifact = completed.artifact
    lineage = {"job_id": completed.job_id} | completed.lineage
    return completed.metrics, artifact.sha256, artifact.size, lineage, completed.card


def _version(row: dict[str, Any]) -> Version:
    artifact = Artifact(sha256=row["artifact_sha256"], size=row["artifact_size"])
    gate = Gate(verdict=row["verdict"], reasons=row["reasons"], evidence=row["evidence"])
    return Version(**row, artifact=artifact, gate=gate)
