"""Where the decisions about retrain policies are read back over a time, folded where nothing was new, and forgotten."""

from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction
from contracts.api.drift import MeasuredDrift


class Checked(NamedTuple):
    """One stored check, or several in which nothing was new, from ``at`` to ``last_at``; and what was known."""

    at: datetime
    last_at: datetime
    checks: int
    fired: bool
    champion: str | None
    champion_since: datetime | None
    judged: int
    right: int
    new_examples: int
    cut_off: datetime | None
    trained_at: datetime | None
    queued_at: datetime | None
    requested_at: datetime | None
    running_job: str | None
    drift_measured_at: str | None


async def newest_between(tx: Transaction, task: str, since: datetime, until: datetime, *, most: int) -> list[Checked]:
    """Give the newest checks of a time, newest first; those of before some of this was stored lack it."""
    rows = await tx.fetch(
        """
        SELECT at, coalesce(last_at, at), checks, fired,
            evidence ->> 'champion_version_id', (evidence ->> 'champion_since')::timestamptz,
            (evidence ->> 'judged')::bigint,
            coalesce(
                (evidence ->> 'right')::bigint,
                round((evidence ->> 'accuracy')::numeric * (evidence ->> 'judged')::numeric)::bigint, 0
            ),
            (evidence ->> 'new_examples')::bigint,
            coalesce(evidence ->> 'examples_since', evidence ->> 'trained_at')::timestamptz,
            (evidence ->> 'trained_at')::timestamptz, (evidence ->> 'queued_at')::timestamptz,
            (evidence ->> 'requested_at')::timestamptz, evidence ->> 'running_job_id',
            evidence #>> '{drift,measured_at}'
        FROM retrain_decisions
        WHERE tenant = $1 AND task = $2 AND at BETWEEN $3 AND $4
        ORDER BY at DESC, id DESC
        LIMIT $5
        """,
        *(tx.tenant, task, since, until, most),
    )
    return [Checked(*row) for row in rows]


async def drifts_between(tx: Transaction, task: str, since: datetime, until: datetime) -> dict[str, MeasuredDrift]:
    """Give what was measured of drift for the checks of a time, by when it was measured."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT ON (evidence #>> '{drift,measured_at}') evidence #>> '{drift,measured_at}', evidence -> 'drift'
        FROM retrain_decisions
        WHERE tenant = $1
            AND task = $2
            AND at BETWEEN $3 AND $4
            AND evidence #>> '{drift,measured_at}' IS NOT NULL
        """,
        *(tx.tenant, task, since, until),
    )
    return {row[0]: MeasuredDrift.model_validate(row[1]) for row in rows}


async def fold(tx: Transaction, *, since: datetime, before: datetime, asked_by: str) -> None:
    """Fold checks of one asker that follow one another and differ in nothing but the time into the first of them."""
    await tx.execute(
        """
        WITH unchanged AS MATERIALIZED (
            SELECT id, first_id, checks, last_at FROM unchanged_decisions($1, $2, $3)
        ), gone AS (
            DELETE FROM retrain_decisions
            WHERE id IN (SELECT id FROM unchanged WHERE id <> first_id)
        )
        UPDATE retrain_decisions AS known
        SET checks = unchanged.checks, last_at = unchanged.last_at
        FROM unchanged
        WHERE known.id = unchanged.id AND unchanged.id = unchanged.first_id AND unchanged.checks > known.checks
        """,
        *(since, before, asked_by),
    )


async def forget(tx: Transaction, *, before: datetime) -> None:
    """Forget the checks of before a time, but the last request of each task, which its cooldown counts from."""
    await tx.execute(
        """
        DELETE FROM retrain_decisions AS known
        WHERE coalesce(last_at, at) < $1
            AND (
                NOT fired
                OR at < (
                    SELECT max(at)
                    FROM retrain_decisions
                    WHERE tenant = known.tenant AND task = known.task AND fired
                )
            )
        """,
        before,
    )
