"""Where assessments of tasks' examples are queued, leased to a trainer, and settled."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.api.assessment import Assessment, AssessmentWork
from contracts.commands.assessments import TellAssessment


class Found(NamedTuple):
    """What an assessment came to so far."""

    assessed: int = 0
    approved: int = 0


class Rules(NamedTuple):
    """From how many examples on a task is assessed, and after how many new or changed ones again."""

    fewest: int = 50
    fewest_new: int = 20
    share_new: float = 0.05


async def unassessed(tx: Transaction) -> list[tuple[str, str]]:
    """Give the tasks of all tenants with new or changed examples: a walk along an index that is empty otherwise."""
    rows = await tx.fetch(
        """
        WITH RECURSIVE open AS (
            (
                SELECT tenant, task FROM examples
                WHERE label IS NOT NULL AND status <> 'rejected' AND assessed_label IS DISTINCT FROM label
                    AND 'string' IN (jsonb_typeof(input), jsonb_typeof(input -> 'text'))
                ORDER BY tenant, task LIMIT 1
            )
            UNION ALL
            SELECT next.tenant, next.task FROM open CROSS JOIN LATERAL (
                SELECT tenant, task FROM examples
                WHERE label IS NOT NULL AND status <> 'rejected' AND assessed_label IS DISTINCT FROM label
                    AND 'string' IN (jsonb_typeof(input), jsonb_typeof(input -> 'text'))
                    AND (tenant, task) > (open.tenant, open.task)
                ORDER BY tenant, task LIMIT 1
            ) AS next
        )
        SELECT tenant, task FROM open
        """
    )
    return [(row[0], row[1]) for row in rows]


async def due(tx: Transaction, tasks: Sequence[tuple[str, str]], rules: Rules) -> list[tuple[str, str]]:
    """Give those of some tasks with enough new or changed examples; no more are counted than are needed."""
    rows = await tx.fetch(
        """
        SELECT open.tenant, open.task
        FROM unnest($1::text[], $2::text[]) AS open (tenant, task)
        LEFT JOIN assessments AS known ON (known.tenant, known.task) = (open.tenant, open.task)
        CROSS JOIN LATERAL (SELECT greatest(
            coalesce(known.left_over, 0) + greatest($4, (known.examples * $5::double precision)::integer),
            $3 - coalesce(known.examples, 0)
        )) AS needing (needed)
        WHERE (known.status IS NULL OR known.status IN ('succeeded', 'failed')) AND needed <= (
            SELECT count(*) FROM (
                SELECT FROM examples
                WHERE tenant = open.tenant AND task = open.task
                    AND label IS NOT NULL AND status <> 'rejected' AND assessed_label IS DISTINCT FROM label
                    AND 'string' IN (jsonb_typeof(input), jsonb_typeof(input -> 'text'))
                LIMIT needed
            ) AS new
        )
        """,
        *(*zip(*tasks, strict=True), *rules),
    )
    return [(row[0], row[1]) for row in rows]


async def queue(tx: Transaction, tenant: str, task: str, asked_by: str) -> None:
    """Have a task assessed, unless that is under way."""
    await tx.execute(
        """
        INSERT INTO assessments AS known (tenant, task, status, asked_by)
        VALUES ($1, $2, 'queued', $3)
        ON CONFLICT (tenant, task) DO UPDATE
        SET status = 'queued', asked_by = excluded.asked_by, asked_at = now(), progress = 0, tries = 0, problem = NULL
        WHERE known.status NOT IN ('queued', 'running')
        """,
        *(tenant, task, asked_by),
    )


async def rule_out(tx: Transaction, tenant: str, task: str, problem: str) -> None:
    """Note that a task can never be assessed."""
    await tx.execute(
        """
        INSERT INTO assessments (tenant, task, status, asked_by, problem)
        VALUES ($1, $2, 'unfit', 'the clock', $3)
        ON CONFLICT (tenant, task) DO UPDATE
        SET status = 'unfit', problem = excluded.problem
        """,
        *(tenant, task, problem),
    )


async def claim(tx: Transaction, lease_s: float, most_tries: int) -> AssessmentWork | None:
    """Begin the assessment that waits longest or was abandoned, under a new number; none of a task that trains."""
    row = await tx.fetchrow(
        """
        UPDATE assessments
        SET status = 'running', number = number + 1, tries = tries + 1, progress = 0, begun_at = now(),
            leased_till = now() + make_interval(secs => $1), finished_at = NULL, assessed = 0, approved = 0
        WHERE (tenant, task) = (
            SELECT tenant, task
            FROM assessments AS waiting
            WHERE (status = 'queued' OR status = 'running' AND leased_till < now()) AND tries < $2
                AND NOT EXISTS (
                    SELECT FROM trainings
                    WHERE tenant = waiting.tenant AND task = waiting.task
                        AND (ended_at IS NULL OR queued_at > ended_at)
                )
            ORDER BY asked_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING tenant, task, number
        """,
        *(lease_s, most_tries),
    )
    return AssessmentWork.model_validate(dict(row)) if row else None


async def give_up(tx: Transaction, most_tries: int, problem: str) -> None:
    """End what was abandoned again and again."""
    await tx.execute(
        """
        UPDATE assessments
        SET status = 'failed', finished_at = now(), problem = $2
        WHERE status = 'running' AND leased_till < now() AND tries >= $1
        """,
        *(most_tries, problem),
    )


async def hold(tx: Transaction, told: TellAssessment, lease_s: float, found: Found) -> bool:
    """Note how far an assessment is and lock it; say whether it is still the newest, and running."""
    return await tx.fetchval(
        """
        UPDATE assessments
        SET leased_till = now() + make_interval(secs => $4), progress = greatest(progress, $5),
            assessed = assessed + $6, approved = approved + $7
        WHERE tenant = $1 AND task = $2 AND number = $3 AND status = 'running'
        RETURNING true
        """,
        *(tx.tenant, told.task, told.number, lease_s, told.progress, *found),
    )


async def end(tx: Transaction, told: TellAssessment, suspect_below: float) -> Assessment | None:
    """Settle an assessment; what came or changed meanwhile counts for the next."""
    row = await tx.fetchrow(
        """
        UPDATE assessments AS ending
        SET status = CASE WHEN $4 THEN 'failed' ELSE 'succeeded' END, problem = $5, finished_at = now(), progress = 1,
            examples = $6,
            suspects = (
                SELECT count(*) FROM examples
                WHERE tenant = $1 AND task = $2 AND quality < $7 AND status = 'approved'
            ),
            left_over = (
                SELECT count(*) FROM examples
                WHERE tenant = $1 AND task = $2 AND created_at < ending.begun_at
                    AND label IS NOT NULL AND status <> 'rejected' AND assessed_label IS DISTINCT FROM label
                    AND 'string' IN (jsonb_typeof(input), jsonb_typeof(input -> 'text'))
            )
        WHERE tenant = $1 AND task = $2 AND number = $3 AND status = 'running'
        RETURNING task, status, number, progress, asked_by, asked_at, begun_at, finished_at, examples, assessed,
            approved, suspects, problem
        """,
        *(tx.tenant, told.task, told.number, told.failed, told.problem, told.examples, suspect_below),
    )
    return _assessment(row) if row else None


async def find(tx: Transaction, task: str) -> Assessment | None:
    """Give the last or the running assessment of a task."""
    row = await tx.fetchrow(
        """
        SELECT task, status, number, progress, asked_by, asked_at, begun_at, finished_at, examples, assessed, approved,
            suspects, problem
        FROM assessments
        WHERE tenant = $1 AND task = $2
        """,
        *(tx.tenant, task),
    )
    return _assessment(row) if row else None


def _assessment(row: Any) -> Assessment:  # noqa: ANN401 (asyncpg ships no types)
    return Assessment.model_validate(dict(row))
