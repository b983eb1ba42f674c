"""Where the SQL of what was seen of tasks is."""

from chassis.database import Transaction
from contracts.api.health import HealthStatus, TaskHealth, TaskStatus


async def enrol(tx: Transaction) -> None:
    """Let every tenant's tasks be looked at that serve something; for the first time some while after they began."""
    await tx.execute(
        """
        INSERT INTO health (tenant, task, claimed_at)
        SELECT tenant, task, since
        FROM routes
        WHERE arms <> '[]'
        ON CONFLICT DO NOTHING
        """
    )


async def claim(tx: Transaction, *, every_s: float, most: int) -> list[tuple[str, str]]:
    """Claim tasks of every tenant that nobody has set out to look at for so long, by any clock; give both."""
    rows = await tx.fetch(
        """
        UPDATE health
        SET claimed_at = clock_timestamp()
        WHERE (tenant, task) IN (
            SELECT tenant, task
            FROM health
            WHERE (claimed_at < clock_timestamp() - make_interval(secs => $1)
                OR claimed_at > clock_timestamp() + make_interval(secs => $1))
              AND EXISTS (
                  SELECT FROM present_tasks WHERE present_tasks.tenant = health.tenant AND key = health.task
              )
            ORDER BY claimed_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
        RETURNING tenant, task
        """,
        every_s,
        most,
    )
    return [(row["tenant"], row["task"]) for row in rows]


async def find(tx: Transaction, task: str) -> TaskHealth | None:
    """Give what was seen last."""
    content = await tx.fetchval("SELECT content FROM health WHERE tenant = $1 AND task = $2", tx.tenant, task)
    return TaskHealth(**content) if content else None


async def lock(tx: Transaction, task: str) -> TaskHealth | None:
    """Give what was seen last, and keep others from looking at the task until the end."""
    content = await tx.fetchval(
        """
        INSERT INTO health (tenant, task, claimed_at)
        VALUES ($1, $2, clock_timestamp())
        ON CONFLICT (tenant, task) DO UPDATE
        SET claimed_at = health.claimed_at
        RETURNING content
        """,
        tx.tenant,
        task,
    )
    return TaskHealth(**content) if content else None


async def settle(tx: Transaction, seen: TaskHealth) -> None:
    """Keep what was seen of a task whose row is locked."""
    await tx.execute(
        """
        UPDATE health
        SET status = $3,
            issue = $4,
            issues = $5,
            content = $6,
            as_of = $7
        WHERE tenant = $1 AND task = $2
        """,
        tx.tenant,
        seen.task,
        str(seen.status),
        seen.issues[0].sentence if seen.issues else None,
        len(seen.issues),
        seen.model_dump(mode="json"),
        seen.as_of,
    )


async def count(tx: Transaction) -> dict[HealthStatus, int]:
    """Count the tasks by status."""
    rows = await tx.fetch(
        """
        SELECT coalesce(status, 'no_data') AS status, count(*) AS count
        FROM present_tasks
        LEFT JOIN health ON health.tenant = present_tasks.tenant AND health.task = present_tasks.key
        WHERE present_tasks.tenant = $1
        GROUP BY 1
        """,
        tx.tenant,
    )
    return {HealthStatus(row["status"]): row["count"] for row in rows}


async def list_worst(tx: Transaction, *, limit: int) -> list[TaskStatus]:
    """Give how tasks did when they were last looked at, the worst first."""
    rows = await tx.fetch(
        """
        SELECT present_tasks.key AS task, coalesce(status, 'no_data') AS status, as_of, issue,
               coalesce(issues, 0) AS issues,
               (
                   SELECT count(*)
                   FROM alerts
                   WHERE alerts.tenant = present_tasks.tenant AND alerts.task = present_tasks.key
                     AND resolved_at IS NULL
               ) AS open_alerts
        FROM present_tasks
        LEFT JOIN health ON health.tenant = present_tasks.tenant AND health.task = present_tasks.key
        WHERE present_tasks.tenant = $1
        ORDER BY array_position('{unhealthy,degraded,no_data,healthy}', coalesce(status, 'no_data')),
                 open_alerts DESC, present_tasks.key
        LIMIT $2
        """,
        tx.tenant,
        limit,
    )
    return [TaskStatus(**row) for row in rows]
