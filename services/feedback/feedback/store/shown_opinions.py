"""Where opinions are read for people, newest first."""

from collections.abc import Iterable
from typing import Any

from chassis.database import Transaction
from contracts.api.feedback import Feedback
from contracts.commands.metrics import ListFeedback
from feedback.store import claims, days
from feedback.store.days import Day

Placed = tuple[int, Feedback]
"""An opinion with its place in the list."""


async def list_(tx: Transaction, asked: ListFeedback, *, before: int | None) -> list[Placed]:
    """Give opinions, newest first, one more than asked for if there are more."""
    limit = asked.limit + 1
    if asked.inference_id is not None:
        return await _list_about(tx, asked, before, limit)
    if asked.parked:
        return [] if asked.late else await _list_parked(tx, asked.task, before, limit)
    if asked.late:
        return await _list_late(tx, asked.task, before, limit)
    found: list[Placed] = []
    for day in await days.list_(tx, days.FEEDBACK, asked.task, before):
        found += await _list_of_day(tx, day, (asked.task, before), limit - len(found))
        if len(found) == limit:
            break
    return found


async def _list_about(tx: Transaction, asked: ListFeedback, before: int | None, limit: int) -> list[Placed]:
    told = await claims.find_opinions_about(tx, [(tx.tenant, asked.inference_id or "")])
    rows = await tx.fetch(
        """
        SELECT place, key, inference_id, task, version_id, operation, verdict, score, correction, comment, used,
            helpful, by, source, occurred_at, stored_at, metric, value, NOT attached AS parked, late
        FROM feedback
        WHERE tenant = $1
            AND ($2::text IS NULL OR task = $2)
            AND ($3::bigint IS NULL OR place < $3)
            AND stored_at = ANY($4::timestamptz[])
            AND place = ANY($5::bigint[])
            AND (NOT $6 OR NOT attached)
            AND (NOT $7 OR late)
        ORDER BY place DESC
        LIMIT $8
        """,
        *(tx.tenant, asked.task, before, [each.stored_at for each in told], [each.place for each in told]),
        *(asked.parked, asked.late, limit),
    )
    return _placed(rows)


async def _list_of_day(tx: Transaction, day: Day, wanted: tuple[str | None, int | None], limit: int) -> list[Placed]:
    rows = await tx.fetch(
        """
        SELECT place, key, inference_id, task, version_id, operation, verdict, score, correction, comment, used,
            helpful, by, source, occurred_at, stored_at, metric, value,
            inference_id IS NOT NULL AND NOT attached AS parked, late
        FROM feedback
        WHERE tenant = $1
            AND ($2::text IS NULL OR task = $2)
            AND ($3::bigint IS NULL OR place < $3)
            AND stored_at >= $4 AND stored_at < $5
        ORDER BY place DESC
        LIMIT $6
        """,
        *(tx.tenant, *wanted, *day, limit),
    )
    return _placed(rows)


async def _list_parked(tx: Transaction, task: str | None, before: int | None, limit: int) -> list[Placed]:
    rows = await tx.fetch(
        """
        SELECT place, key, inference_id, task, version_id, operation, verdict, score, correction, comment, used,
            helpful, by, source, occurred_at, stored_at, metric, value, true AS parked, late
        FROM feedback
        WHERE tenant = $1
            AND inference_id IS NOT NULL AND NOT attached
            AND ($2::text IS NULL OR task = $2)
            AND ($3::bigint IS NULL OR place < $3)
        ORDER BY place DESC
        LIMIT $4
        """,
        *(tx.tenant, task, before, limit),
    )
    return _placed(rows)


async def _list_late(tx: Transaction, task: str | None, before: int | None, limit: int) -> list[Placed]:
    rows = await tx.fetch(
        """
        SELECT place, key, inference_id, task, version_id, operation, verdict, score, correction, comment, used,
            helpful, by, source, occurred_at, stored_at, metric, value, false AS parked, late
        FROM feedback
        WHERE tenant = $1
            AND late
            AND ($2::text IS NULL OR task = $2)
            AND ($3::bigint IS NULL OR place < $3)
        ORDER BY place DESC
        LIMIT $4
        """,
        *(tx.tenant, task, before, limit),
    )
    return _placed(rows)


def _placed(rows: Iterable[Any]) -> list[Placed]:
    return [(row["place"], Feedback.model_validate(dict(row))) for row in rows]
