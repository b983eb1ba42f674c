"""Where the SQL of a job's story is: numbered lines, only ever added to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chassis.database import Transaction
from contracts.api.job import JobEvent


@dataclass(frozen=True, slots=True)
class Line:
    """Something worth telling the watchers of a job."""

    kind: Literal["progress", "metric", "log", "state"]
    content: dict[str, Any]


async def append(tx: Transaction, tenant: str, job_id: str, lines: Sequence[Line]) -> list[JobEvent]:
    """Add lines to a job's story; the job's row counts them, so that two writers wait for one another."""
    rows = await tx.fetch(
        """
        WITH counted AS (
            UPDATE jobs
            SET lines = lines + cardinality($3::text[])
            WHERE tenant = $1 AND id = $2::uuid
            RETURNING lines - cardinality($3::text[]) AS before
        )
        INSERT INTO job_events (tenant, job_id, number, kind, at, content)
        SELECT $1, $2::uuid, before + place, kind, clock_timestamp(), content
        FROM counted, unnest($3::text[], $4::jsonb[]) WITH ORDINALITY AS told (kind, content, place)
        RETURNING number, kind, at, content
        """,
        tenant,
        job_id,
        [line.kind for line in lines],
        [line.content for line in lines],
    )
    return sorted((JobEvent.model_validate(dict(row)) for row in rows), key=lambda line: line.number)


async def list_(tx: Transaction, job_id: str, *, after: int, limit: int) -> list[JobEvent]:
    """Give lines after a number, oldest first."""
    rows = await tx.fetch(
        """
        SELECT number, kind, at, content
        FROM job_events
        WHERE tenant = $1 AND job_id = $2::uuid AND number > $3
        ORDER BY number
        LIMIT $4
        """,
        tx.tenant,
        job_id,
        after,
        limit,
    )
    return [JobEvent.model_validate(dict(row)) for row in rows]
