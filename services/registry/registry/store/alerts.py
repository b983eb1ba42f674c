"""Where the SQL of alerts is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.database import Transaction
from contracts.api.alert import Alert, AlertState
from contracts.api.health import Severity
from contracts.ids import new_id


@dataclass(frozen=True, slots=True)
class Trouble:
    """What somebody should look at; what it is about tells it, with the version, from the other troubles of a task."""

    task: str
    version_id: str | None
    about: str
    metric: str
    severity: Severity
    sentence: str
    action: str
    value: float | None = None
    threshold: float | None = None


async def insert(tx: Transaction, trouble: Trouble) -> Alert | None:
    """Add an alert; None if there is one about the same that is not resolved."""
    row = await tx.fetchrow(
        """
        INSERT INTO alerts (tenant, id, task, version_id, about, metric, severity, sentence, action, value, threshold)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT DO NOTHING
        RETURNING id, task, version_id, about, metric, severity, state, sentence, action, value, threshold, raised_at,
                  acknowledged_by, acknowledged_at, note, resolved_at, resolution
        """,
        tx.tenant,
        new_id(),
        *_content(trouble),
    )
    return _alert(row) if row else None


async def settle(tx: Transaction, alert_id: str, trouble: Trouble, *, is_worse: bool) -> Alert:
    """Let an alert say what is so now; what became worse has to be seen again."""
    row = await tx.fetchrow(
        """
        UPDATE alerts
        SET severity = $3,
            sentence = $4,
            action = $5,
            value = $6,
            threshold = $7,
            acknowledged_by = CASE WHEN $8 THEN NULL ELSE acknowledged_by END,
            acknowledged_at = CASE WHEN $8 THEN NULL ELSE acknowledged_at END
        WHERE tenant = $1 AND id = $2
        RETURNING id, task, version_id, about, metric, severity, state, sentence, action, value, threshold, raised_at,
                  acknowledged_by, acknowledged_at, note, resolved_at, resolution
        """,
        tx.tenant,
        alert_id,
        *_content(trouble)[4:],
        is_worse,
    )
    return _alert(row)


async def resolve(tx: Transaction, alert_id: str, resolution: str) -> None:
    await tx.execute(
        """
        UPDATE alerts
        SET resolved_at = clock_timestamp(),
            resolution = $3
        WHERE tenant = $1 AND id = $2
        """,
        tx.tenant,
        alert_id,
        resolution,
    )


async def acknowledge(tx: Transaction, alert_id: str, note: str | None) -> None:
    """Note who has seen an alert; whoever says so first."""
    await tx.execute(
        """
        UPDATE alerts
        SET acknowledged_by = $3,
            acknowledged_at = clock_timestamp(),
            note = $4
        WHERE tenant = $1 AND id = $2 AND acknowledged_at IS NULL
        """,
        tx.tenant,
        alert_id,
        tx.cause.actor,
        note,
    )


async def lock(tx: Transaction, alert_id: str) -> Alert | None:
    row = await tx.fetchrow(
        """
        SELECT id, task, version_id, about, metric, severity, state, sentence, action, value, threshold, raised_at,
               acknowledged_by, acknowledged_at, note, resolved_at, resolution
        FROM alerts
        WHERE tenant = $1 AND id = $2
        FOR UPDATE
        """,
        tx.tenant,
        alert_id,
    )
    return _alert(row) if row else None


async def list_unresolved(tx: Transaction, task: str) -> list[Alert]:
    """Give the alerts of a task that are not over, and keep them as they are until the end."""
    rows = await tx.fetch(
        """
        SELECT id, task, version_id, about, metric, severity, state, sentence, action, value, threshold, raised_at,
               acknowledged_by, acknowledged_at, note, resolved_at, resolution
        FROM alerts
        WHERE tenant = $1 AND task = $2 AND resolved_at IS NULL
        ORDER BY id
        FOR UPDATE
        """,
        tx.tenant,
        task,
    )
    return [_alert(row) for row in rows]


async def count_unresolved(tx: Transaction) -> int:
    """Count the alerts of all tasks that there are, as far as they are not over."""
    return await tx.fetchval(
        """
        SELECT count(*)
        FROM alerts
        JOIN present_tasks ON present_tasks.tenant = alerts.tenant AND present_tasks.key = alerts.task
        WHERE alerts.tenant = $1 AND resolved_at IS NULL
        """,
        tx.tenant,
    )


async def list_(tx: Transaction, wanted: Sequence[str | None], *, before: str | None, limit: int) -> list[Alert]:
    """Give alerts of a task, a state and a severity (None is any), newest first."""
    rows = await tx.fetch(
        """
        SELECT id, task, version_id, about, metric, severity, state, sentence, action, value, threshold, raised_at,
               acknowledged_by, acknowledged_at, note, resolved_at, resolution
        FROM alerts
        WHERE tenant = $1
          AND ($2::text IS NULL OR task = $2)
          AND ($3::text IS NULL OR state = $3)
          AND ($4::text IS NULL OR severity = $4)
          AND ($5::uuid IS NULL OR id < $5)
        ORDER BY id DESC
        LIMIT $6
        """,
        tx.tenant,
        *wanted,
        before,
        limit,
    )
    return [_alert(row) for row in rows]


def _content(trouble: Trouble) -> tuple[Any, ...]:
    where = (trouble.task, trouble.version_id, trouble.about, trouble.metric)
    return (*where, str(trouble.severity), trouble.sentence, trouble.action, trouble.value, trouble.threshold)


def _alert(row: Any) -> Alert:  # noqa: ANN401 (asyncpg ships no types)
    read: dict[str, Any] = {
        "id": str(row["id"]),
        "state": AlertState(row["state"]),
        "severity": Severity(row["severity"]),
    }
    return Alert(**dict(row) | read)
