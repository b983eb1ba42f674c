"""Where the SQL is of the examples that versions learnt from."""

from collections.abc import Sequence

from chassis.database import Transaction
from contracts.api.example import TrainingRow
from contracts.api.lineage import Learner, Teacher


async def insert(tx: Transaction, job_id: str, rows: Sequence[TrainingRow]) -> None:
    """Note rows that a job trains on; those that are noted already stay."""
    await tx.execute(
        """
        INSERT INTO teachers (tenant, job_id, example_id, feedback_key, inference_id)
        SELECT $1, $2::uuid, example_id, feedback_key, inference_id
        FROM unnest($3::text[], $4::text[], $5::text[]) AS row (example_id, feedback_key, inference_id)
        ON CONFLICT DO NOTHING
        """,
        tx.tenant,
        job_id,
        [row.id for row in rows],
        [row.feedback_key for row in rows],
        [row.inference_id for row in rows],
    )


async def forget(tx: Transaction, tenant: str, job_id: str) -> None:
    """Remove what was noted for a job."""
    await tx.execute("DELETE FROM teachers WHERE tenant = $1 AND job_id = $2::uuid", tenant, job_id)


async def list_(tx: Transaction, job_id: str, *, after: str | None, limit: int) -> list[Teacher]:
    """Give the examples of a job, by id."""
    rows = await tx.fetch(
        """
        SELECT example_id, feedback_key, inference_id
        FROM teachers
        WHERE tenant = $1 AND job_id = $2::uuid AND ($3::text IS NULL OR example_id > $3)
        ORDER BY example_id
        LIMIT $4
        """,
        tx.tenant,
        job_id,
        after,
        limit,
    )
    return [Teacher(**row) for row in rows]


async def list_learners(tx: Transaction, name: str, *, before: str | None, limit: int) -> list[Learner]:
    """Give the versions that learnt from an example of this id, feedback key or inference id, newest first."""
    rows = await tx.fetch(
        """
        SELECT version_id::text, task, job_id::text, min(example_id) AS example_id, finished_at AS learned_at
        FROM teachers
        JOIN jobs ON jobs.id = teachers.job_id
        WHERE teachers.tenant = $1
          AND (example_id = $2 OR feedback_key = $2 OR inference_id = $2)
          AND version_id IS NOT NULL
          AND ($3::uuid IS NULL OR job_id < $3)
        GROUP BY teachers.job_id, version_id, task, finished_at
        ORDER BY teachers.job_id DESC
        LIMIT $4
        """,
        tx.tenant,
        name,
        before,
        limit,
    )
    return [Learner(**row) for row in rows]
