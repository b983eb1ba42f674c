"""Where the SQL of routes is: what serves now."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.database import Transaction
from contracts.api.route import Arm, Route


@dataclass(frozen=True, slots=True)
class Layout:
    """What a revision of a route says: its phase, who has which part of the units, and by which salt."""

    phase: str
    arms: tuple[Arm, ...]
    champion_id: str
    salt: str


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
        SELECT task, kind, revision, phase, arms, salt, since, champion_version_id, "default"
        FROM present_routes
        WHERE tenant = $1 AND task = $2 AND closed_at IS NULL
        """,
        tx.tenant,
        task,
    )
    return Route(**row) if row else None


async def lock(tx: Transaction, task: str) -> Route | None:
    """Give the route once every transaction that changes it has ended, and keep others from it until this one ends."""
    row = await tx.fetchrow(
        """
        SELECT task, kind, routes.revision, phase, arms, salt, since, champion AS champion_version_id,
               default_arm AS "default"
        FROM routes
        JOIN tasks ON tasks.tenant = routes.tenant AND tasks.key = routes.task
        WHERE routes.tenant = $1 AND task = $2 AND closed_at IS NULL
        FOR UPDATE OF routes
        """,
        tx.tenant,
        task,
    )
    return Route(**row) if row else None


async def settle(tx: Transaction, task: str, layout: Layout) -> Route:
    """Give a locked route its next revision; its time is never before that of the revision before."""
    row = await tx.fetchrow(
        """
        UPDATE routes
        SET revision = routes.revision + 1,
            phase = $3,
            arms = $4,
            champion = $5,
            salt = $6,
            since = greatest(clock_timestamp(), since)
        FROM tasks
        WHERE routes.tenant = $1 AND task = $2 AND tasks.tenant = routes.tenant AND tasks.key = routes.task
        RETURNING task, kind, routes.revision, phase, arms, salt, since, champion AS champion_version_id,
                  default_arm AS "default"
        """,
        tx.tenant,
        task,
        layout.phase,
        [arm.model_dump() for arm in layout.arms],
        layout.champion_id,
        layout.salt,
    )
    return Route(**(row or {}))


async def set_default(tx: Transaction, task: str, default: Arm | None) -> Route:
    """Say what serves while a locked route has no arms, in its next revision."""
    row = await tx.fetchrow(
        """
        UPDATE routes
        SET revision = routes.revision + 1, default_arm = $3, since = greatest(clock_timestamp(), since)
        FROM tasks
        WHERE routes.tenant = $1 AND task = $2 AND tasks.tenant = routes.tenant AND tasks.key = routes.task
        RETURNING task, kind, routes.revision, phase, arms, salt, since, champion AS champion_version_id,
                  default_arm AS "default"
        """,
        tx.tenant,
        task,
        default.model_dump() if default else None,
    )
    return Route(**(row or {}))


async def close(tx: Transaction, task: str) -> Route:
    """Have nothing serve by a locked route any more, for good."""
    row = await tx.fetchrow(
        """
        UPDATE routes
        SET revision = routes.revision + 1, phase = 'empty', arms = '[]', champion = NULL, default_arm = NULL,
            closed_at = clock_timestamp(), since = greatest(clock_timestamp(), since)
        FROM tasks
        WHERE routes.tenant = $1 AND task = $2 AND tasks.tenant = routes.tenant AND tasks.key = routes.task
        RETURNING task, kind, routes.revision, 'deleted' AS phase, arms, salt, since,
                  champion AS champion_version_id, default_arm AS "default"
        """,
        tx.tenant,
        task,
    )
    return Route(**(row or {}))


async def list_newer(tx: Transaction, revisions: Mapping[str, int]) -> list[tuple[str, Route]]:
    """Give every tenant's routes that are newer than the revisions by key, and keep them as they are until the end."""
    rows = await tx.fetch(
        """
        SELECT routes.tenant, task, kind, routes.revision, arms, salt, since, champion AS champion_version_id,
               default_arm AS "default", CASE WHEN closed_at IS NULL THEN phase ELSE 'deleted' END AS phase
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
