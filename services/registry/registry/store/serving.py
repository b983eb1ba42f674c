"""Where the SQL of the serving ledger is: what ever served."""

from datetime import datetime

from chassis.database import Transaction
from contracts.api.route import Serving
from registry.successions import Change, Succession


async def insert(tx: Transaction, task: str, *, champion: str | None, change: Change, reason: str) -> None:
    """Add the present revision of the route."""
    await tx.execute(
        """
        INSERT INTO serving (tenant, task, revision, phase, arms, champion, change, actor, reason, since)
        SELECT tenant, task, revision, phase, arms, $3, $4, $5, $6, since
        FROM routes
        WHERE tenant = $1 AND task = $2
        """,
        tx.tenant,
        task,
        champion,
        change,
        tx.cause.actor,
        reason,
    )


async def find(tx: Transaction, task: str, at: datetime) -> Serving | None:
    """Give what served at a time."""
    row = await tx.fetchrow(
        """
        SELECT revision, phase, arms, actor, reason, since, until
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
        SELECT revision, phase, arms, actor, reason, since, until
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
        WHERE tenant = $1 AND task = $2 AND champion IS NOT NULL
        ORDER BY revision
        """,
        tx.tenant,
        task,
    )
    return [Succession(row["champion"], Change(row["change"])) for row in rows]
