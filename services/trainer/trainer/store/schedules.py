"""Where the SQL of schedules is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.schedule import NewSchedule, Schedule, ScheduledRun
from contracts.commands.schedules import ListSchedules


@dataclass(frozen=True, slots=True)
class Due:
    """A schedule whose time has come."""

    id: str
    tenant: str
    at: datetime


async def insert(tx: Transaction, schedule_id: str, new: NewSchedule, next_at: datetime | None) -> None:
    await tx.execute(
        """
        INSERT INTO schedules (id, tenant, task, cron, timezone, parameters, auto_release, enabled, missed, next_at,
                               created_by)
        VALUES ($1::uuid, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        schedule_id,
        tx.tenant,
        new.task,
        new.cron,
        new.timezone,
        new.parameters,
        new.auto_release,
        new.enabled,
        str(new.missed),
        next_at,
        tx.cause.actor,
    )


async def replace(tx: Transaction, schedule_id: str, new: NewSchedule, next_at: datetime | None) -> None:
    await tx.execute(
        """
        UPDATE schedules
        SET cron = $3, timezone = $4, parameters = $5, auto_release = $6, enabled = $7, missed = $8, next_at = $9
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        schedule_id,
        new.cron,
        new.timezone,
        new.parameters,
        new.auto_release,
        new.enabled,
        str(new.missed),
        next_at,
    )


async def find(tx: Transaction, schedule_id: str) -> Schedule | None:
    row = await tx.fetchrow(
        """
        SELECT id, task, cron, timezone, parameters, auto_release, enabled, missed, created_at, created_by, last_run
        FROM schedules_with_runs
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        schedule_id,
    )
    return _schedule(row) if row else None


async def list_(tx: Transaction, asked: ListSchedules, before: str | None) -> list[Schedule]:
    """Give one more than asked for, so that it shows whether there are more."""
    rows = await tx.fetch(
        """
        SELECT id, task, cron, timezone, parameters, auto_release, enabled, missed, created_at, created_by, last_run
        FROM schedules_with_runs
        WHERE tenant = $1
          AND ($2::text IS NULL OR task = $2)
          AND ($3::uuid IS NULL OR id < $3)
        ORDER BY id DESC
        LIMIT $4
        """,
        tx.tenant,
        asked.task,
        before,
        asked.limit + 1,
    )
    return [_schedule(row) for row in rows]


async def delete(tx: Transaction, schedule_id: str) -> None:
    await tx.execute("DELETE FROM schedules WHERE tenant = $1 AND id = $2::uuid", tx.tenant, schedule_id)


async def find_due(tx: Transaction, *, limit: int) -> list[Due]:
    """Give the schedules of all tenants whose time has come, those that wait longest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, tenant, next_at
        FROM schedules
        WHERE next_at <= now()
        ORDER BY next_at
        LIMIT $1
        """,
        limit,
    )
    return [Due(row["id"], row["tenant"], row["next_at"]) for row in rows]


async def lock_due(tx: Transaction, due: Due) -> Schedule | None:
    """Give the schedule if it is still due at that time and no other trainer holds it."""
    locked = await tx.fetchval(
        """
        SELECT id::text
        FROM schedules
        WHERE tenant = $1 AND id = $2::uuid AND next_at = $3
        FOR UPDATE SKIP LOCKED
        """,
        tx.tenant,
        due.id,
        due.at,
    )
    return await find(tx, locked) if locked else None


async def note(tx: Transaction, due: Due, job_id: str | None, outcome: str) -> None:
    await tx.execute(
        """
        INSERT INTO schedule_runs (tenant, schedule_id, due_at, job_id, outcome)
        VALUES ($1, $2::uuid, $3, $4::uuid, $5)
        """,
        tx.tenant,
        due.id,
        due.at,
        job_id,
        outcome,
    )


async def wind(tx: Transaction, schedule_id: str, next_at: datetime) -> None:
    """Set the next time."""
    await tx.execute(
        "UPDATE schedules SET next_at = $3 WHERE tenant = $1 AND id = $2::uuid", tx.tenant, schedule_id, next_at
    )


async def list_runs(tx: Transaction, schedule_id: str, *, before: int | None, limit: int) -> list[ScheduledRun]:
    """Give the times that have come before a moment (seconds since 1970), newest first."""
    rows = await tx.fetch(
        """
        SELECT due_at, at, job_id::text, outcome
        FROM schedule_runs
        WHERE tenant = $1 AND schedule_id = $2::uuid AND ($3::bigint IS NULL OR due_at < to_timestamp($3))
        ORDER BY due_at DESC
        LIMIT $4
        """,
        tx.tenant,
        schedule_id,
        before,
        limit,
    )
    return [ScheduledRun.model_validate(dict(row)) for row in rows]


def _schedule(row: Any) -> Schedule:  # noqa: ANN401 (asyncpg's record)
    return Schedule.model_validate({**row, "id": str(row["id"]), "next_runs": ()})
