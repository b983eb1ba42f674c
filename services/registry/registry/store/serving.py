"""Where the SQL of the serving ledger is: what ever served."""

from datetime import datetime

from chassis.database import Transaction
from contracts.api.route import Serving
from registry.successions import Change, Succession


async def insert(tx: Transaction, task: str, *, change: Change, reason: str) -> None:
    """Add the present revision of the route."""
    await tx.execute(
        """
        INSERT INTO serving (tenant, task, revision, phase, arms, default_arm, champion, change, actor, reason, since)
        SELECT tenant, task, revision, phase, arms, default_arm, champion, $3, $4, $5, since
        FROM routes
        WHERE tenant = $1 AND task = $2
        """,
        tx.tenant,
        task,
        str(change),
        tx.cause.actor,
        reason,
    )


async def find(tx: Transaction, task: str, at: datetime) -> Serving | None:
    """Give what served at a time."""
    row = await tx.fetchrow(
        """
        SELECT revision, phase, arms, default_arm AS "default", actor, reason, since, until
        FROM serving_periods
        WHERE tenant = $1 AND task = $2 AND since <= $3 AND (until IS NULL OR until > $3)
        """,
        tx.tenant,
        task,
        at,
    )
    return Serving(**row) if row else None


async def list_(tx: Transaction, task: str, *, before: int | None, limit: int) -> list[Serving]:
    """Give the ledger of a task, newest first."""
    rows = await tx.fetch(
        """
        SELECT revision, phase, arms, default_arm AS "default", actor, reason, since, until
        FROM serving_periods
        WHERE tenant = $1 AND task = $2 AND ($3::integer IS NULL OR revision < $3)
        ORDER BY revision DESC
        LIMIT $4
        """,
        tx.tenant,
        task,
        before,
        limit,
    )
    return [Serving(**row) for row in rows]


async def list_successions(tx: Transaction, task: str) -> list[Succession]:
    """Give who became champion and how, oldest first."""
    rows = await tx.fetch(
        """
        SELECT champion, change
        FROM serving
        WHERE tenant = $1 AND task = $2 AND change IN ('promoted', 'rolled_back')
        ORDER BY revision
        """,
        tx.tenant,
        task,
    )
    return [Succession(row["champion"], Change(row["change"])) for row in rows]


async def has_led(tx: Transaction, task: str, version_id: str) -> bool:
    """Say whether a version ever became champion."""
    return await tx.fetchval(
        """
        SELECT EXISTS (
            SELECT
            FROM serving
            WHERE tenant = $1 AND task = $2 AND champion = $3 AND change IN ('promoted', 'rolled_back')
        )
        """,
        tx.tenant,
        task,
        version_id,
    )


async def list_champions(tx: Transaction, task: str, *, lines: int) -> list[str]:
    """Give the champions in the last so many successions, newest first, each once."""
    rows = await tx.fetch(
        """
        SELECT champion
        FROM serving
        WHERE tenant = $1 AND task = $2 AND change IN ('promoted', 'rolled_back')
        ORDER BY revision DESC
        LIMIT $3
        """,
        tx.tenant,
        task,
        lines,
    )
    return list(dict.fromkeys(row["champion"] for row in rows))
