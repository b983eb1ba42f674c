"""Where the SQL of routes is: what serves now."""

from collections.abc import Mapping

from chassis.database import Transaction
from contracts.api.route import Arm, Route


async def insert(tx: Transaction, task: str, *, phase: str, salt: str) -> None:
    """Add the first revision, with which nothing serves."""
    await tx.execute(
        "INSERT INTO routes (tenant, task, revision, phase, arms, salt) VALUES ($1, $2, 1, $3, '[]', $4)",
        tx.tenant,
        task,
        phase,
        salt,
    )


async def find(tx: Transaction, task: str) -> Route | None:
    row = await tx.fetchrow(
        """
        SELECT task, kind, revision, phase, arms, salt, since
        FROM routes
        JOIN tasks ON tasks.tenant = routes.tenant AND tasks.key = routes.task
        WHERE routes.tenant = $1 AND task = $2
        """,
        tx.tenant,
        task,
    )
    return Route(**row) if row else None


async def lock(tx: Transaction, task: str) -> Route | None:
    """Give the route once every transaction that changes it has ended, and keep others from it until this one ends."""
    row = await tx.fetchrow(
        """
        SELECT task, kind, revision, phase, arms, salt, since
        FROM routes
        JOIN tasks ON tasks.tenant = routes.tenant AND tasks.key = routes.task
        WHERE routes.tenant = $1 AND task = $2
        FOR UPDATE OF routes
        """,
        tx.tenant,
        task,
    )
    return Route(**row) if row else None


async def settle(tx: Transaction, task: str, *, phase: str, arms: tuple[Arm, ...]) -> None:
    """Give a locked route its next revision; its time is never before that of the revision before."""
    await tx.execute(
        """
        UPDATE routes
        SET revision = revision + 1,
            phase = $3,
            arms = $4,
            since = greatest(clock_timestamp(), since)
        WHERE tenant = $1 AND task = $2
        """,
        tx.tenant,
        task,
        phase,
        [arm.model_dump() for arm in arms],
    )


async def list_newer(tx: Transaction, revisions: Mapping[str, int]) -> list[tuple[str, Route]]:
    """Give every tenant's routes that are newer than the revisions by key, and keep them as they are until the end."""
    rows = await tx.fetch(
        """
        SELECT routes.tenant, task, kind, routes.revision, phase, arms, salt, since
        FROM routes
        JOIN tasks ON tasks.tenant = routes.tenant AND tasks.key = routes.task
        LEFT JOIN unnest($1::text[], $2::integer[]) AS seen (key, revision)
            ON seen.key = routes.tenant || '.' || routes.task
        WHERE coalesce(seen.revision, 0) < routes.revision
        ORDER BY routes.tenant, task
        FOR SHARE OF routes
        """,
        list(revisions.keys()),
        list(revisions.values()),
    )
    return [(row["tenant"], Route(**row)) for row in rows]
