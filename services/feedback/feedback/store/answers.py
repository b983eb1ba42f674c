"""Where answers that are stored already are read for what counts in a phase, with the opinions about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction
from feedback.store.inferences import NewRow
from feedback.store.opinions import Opinion


class Answer(NamedTuple):
    """What counts of an inference."""

    tenant: str
    id: str
    task: str
    version_id: str | None
    unit: str | None
    failed: bool
    confidence: float | None
    latency_ms: float | None
    cost_usd: float | None
    occurred_at: datetime


class Stretch(NamedTuple):
    """A stretch of time of a task, from a moment up to, but without, another."""

    tenant: str
    task: str
    since: datetime
    until: datetime | None


class Places(NamedTuple):
    """From which place to which the rows of a stretch are; others lie between them."""

    first: int
    last: int


def of(row: NewRow) -> Answer:
    """Give what counts of a new inference."""
    failed = row.error is not None
    facts = (row.confidence, row.latency_ms, row.cost_usd, row.occurred_at)
    return Answer(row.tenant, row.id, row.task, row.version_id, row.unit, failed, *facts)


async def find(tx: Transaction, ids: Sequence[tuple[str, str]]) -> list[Answer]:
    """Give answers by tenant and id."""
    rows = await tx.fetch(
        """
        SELECT wanted.tenant, wanted.id, about.task, about.version_id, about.unit, about.error IS NOT NULL,
            about.confidence, about.latency_ms, about.cost_usd, about.occurred_at
        FROM unnest($1::text[], $2::text[]) AS wanted (tenant, id)
        CROSS JOIN LATERAL (
            SELECT task, version_id, unit, error, confidence, latency_ms, cost_usd, occurred_at
            FROM inferences
            WHERE tenant = wanted.tenant AND id = wanted.id
            LIMIT 1
        ) AS about
        """,
        *zip(*ids, strict=True),
    )
    return [Answer(*row) for row in rows]


async def places(tx: Transaction, stretch: Stretch) -> Places | None:
    """Say where the rows of a stretch of time are, if there are any.

    They are counted as well, lest Postgres look for the lowest and the highest place alone: it would walk along all
    rows of the task until it meets one of that time.
    """
    row = await tx.fetchrow(
        """
        SELECT count(*), min(place), max(place)
        FROM inferences
        WHERE tenant = $1 AND task = $2 AND occurred_at >= $3 AND ($4::timestamptz IS NULL OR occurred_at < $4)
        """,
        *stretch,
    )
    return Places(row[1], row[2]) if row and row[0] else None


async def of_stretch(tx: Transaction, stretch: Stretch, between: Places) -> list[Answer]:
    """Give the answers of a stretch of time in some places."""
    rows = await tx.fetch(
        """
        SELECT tenant, id, task, version_id, unit, error IS NOT NULL, confidence, latency_ms, cost_usd, occurred_at
        FROM inferences
        WHERE tenant = $1 AND task = $2 AND occurred_at >= $3 AND ($4::timestamptz IS NULL OR occurred_at < $4)
            AND place BETWEEN $5 AND $6
        """,
        *(*stretch, *between),
    )
    return [Answer(*row) for row in rows]


async def opinions_about(tx: Transaction, ids: Sequence[tuple[str, str]]) -> list[Opinion]:
    """Give the opinions that are attached to inferences, without their texts."""
    rows = await tx.fetch(
        """
        SELECT said.tenant, said.key, said.inference_id, said.task, said.operation, said.verdict, said.score,
            NULL, NULL, said.label, NULL, said.used, said.helpful, NULL, said.source, said.occurred_at, said.metric,
            said.value, said.version_id, said.predicted, said.attached
        FROM unnest($1::text[], $2::text[]) AS wanted (tenant, id)
        CROSS JOIN LATERAL (
            SELECT *
            FROM feedback
            WHERE tenant = wanted.tenant AND inference_id = wanted.id AND attached
            OFFSET 0
        ) AS said
        """,
        *zip(*ids, strict=True),
    )
    return [Opinion(*row) for row in rows]
