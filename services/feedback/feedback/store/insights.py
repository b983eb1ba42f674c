"""Where the newest rows are read that insights are made of; each statement reads so many at most."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction
from contracts.api.insights import WaitingExample

MOST = 10_000
"""Examples and reviews that are looked at, the newest ones."""

MOST_TEXTS = 1_500
"""Corrections and accepted answers each, whose texts are looked at."""

MOST_WAITING = 100_000
"""Pending examples that are counted, the oldest ones."""


class Corrected(NamedTuple):
    """A correction: what was asked, answered and wanted."""

    id: str
    text: str | None
    predicted: str | None
    actual: str | None


class Fared(NamedTuple):
    """How many examples of a source and a submitter have a status."""

    source: str
    submitted_by: str
    status: str
    examples: int


class Given(NamedTuple):
    """One review, and how the example ended if it has."""

    example_id: str
    by: str
    verdict: str
    answer: bytes | None
    standing: bool
    adjudicates: bool
    status: str


async def corrected(tx: Transaction, task: str, since: datetime | None, *, longest: int) -> list[Corrected]:
    """Give the newest corrections with the beginnings of their texts."""
    rows = await tx.fetch(
        """
        SELECT id::text, left(CASE jsonb_typeof(input) WHEN 'string' THEN input #>> '{}' ELSE input ->> 'text' END, $5),
            CASE jsonb_typeof(output) WHEN 'string' THEN output #>> '{}' ELSE output ->> 'label' END, label
        FROM (
            SELECT id, input, output, label, kind
            FROM examples
            WHERE tenant = $1 AND task = $2 AND deleted_at IS NULL
                AND ($3::timestamptz IS NULL OR created_at >= $3)
            ORDER BY id DESC
            LIMIT $4
        ) AS newest
        WHERE kind = 'correction'
        """,
        *(tx.tenant, task, since, MOST_TEXTS, longest),
    )
    return [Corrected(*row) for row in rows]


async def fared(tx: Transaction, task: str, since: datetime | None) -> list[Fared]:
    """Count the newest examples by source, submitter and status."""
    rows = await tx.fetch(
        """
        SELECT source, submitted_by, status, count(*)
        FROM (
            SELECT source, submitted_by, status
            FROM examples
            WHERE tenant = $1 AND task = $2 AND deleted_at IS NULL
                AND ($3::timestamptz IS NULL OR created_at >= $3)
            ORDER BY id DESC
            LIMIT $4
        ) AS newest
        GROUP BY source, submitted_by, status
        """,
        *(tx.tenant, task, since, MOST),
    )
    return [Fared(*row) for row in rows]


async def given(tx: Transaction, task: str, since: datetime | None) -> list[Given]:
    """Give the newest reviews."""
    rows = await tx.fetch(
        """
        SELECT newest.example_id::text, newest.reviewed_by, newest.verdict,
            sha256(convert_to(coalesce(newest.expected_output, examples.expected_output)::text, 'UTF8')),
            newest.standing, newest.adjudicates, examples.status
        FROM (
            SELECT example_id, reviewed_by, verdict, expected_output, standing, adjudicates
            FROM reviews
            WHERE tenant = $1 AND task = $2 AND ($3::timestamptz IS NULL OR reviewed_at >= $3)
            ORDER BY id DESC
            LIMIT $4
        ) AS newest
        JOIN examples ON examples.id = newest.example_id
        """,
        *(tx.tenant, task, since, MOST),
    )
    return [Given(*row) for row in rows]


async def median_hours(tx: Transaction, task: str, since: datetime | None) -> float | None:
    """Give how long people took from the submission of an example to its settlement, over the newest ones."""
    return await tx.fetchval(
        """
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM reviewed_at - created_at) / 3600)
        FROM (
            SELECT created_at, reviewed_at
            FROM examples
            WHERE tenant = $1 AND task = $2 AND status <> 'pending' AND reviewed_by <> 'policy'
                AND deleted_at IS NULL AND ($3::timestamptz IS NULL OR created_at >= $3)
            ORDER BY id DESC
            LIMIT $4
        ) AS newest
        """,
        *(tx.tenant, task, since, MOST),
    )


async def oldest(tx: Transaction, task: str, *, most: int) -> Sequence[WaitingExample]:
    """Give the examples that have waited longest."""
    rows = await tx.fetch(
        """
        SELECT id::text, submitted_by, created_at, quality,
            round(extract(epoch FROM now() - created_at) / 3600, 2)::double precision AS hours
        FROM examples
        WHERE tenant = $1 AND task = $2 AND status = 'pending'
        ORDER BY examples.id
        LIMIT $3
        """,
        *(tx.tenant, task, most),
    )
    return [WaitingExample.model_validate(dict(row)) for row in rows]


async def ages(tx: Transaction, task: str) -> dict[str, int]:
    """Count the pending examples by how long they have waited, in buckets by days."""
    row = await tx.fetchrow(
        """
        SELECT count(*) FILTER (WHERE age < interval '1 day') AS "less than a day",
            count(*) FILTER (WHERE age >= interval '1 day' AND age < interval '7 days') AS "1 to 7 days",
            count(*) FILTER (WHERE age >= interval '7 days' AND age < interval '30 days') AS "7 to 30 days",
            count(*) FILTER (WHERE age >= interval '30 days') AS "30 days and more"
        FROM (
            SELECT now() - created_at AS age
            FROM examples
            WHERE tenant = $1 AND task = $2 AND status = 'pending'
            ORDER BY id
            LIMIT $3
        ) AS waiting
        """,
        *(tx.tenant, task, MOST_WAITING),
    )
    return dict(row) if row else {}


async def accepted(tx: Transaction, task: str, since: datetime) -> list[tuple[str, str]]:
    """Give tenant and inference of the newest opinions that accept an answer, of those stored since a time."""
    rows = await tx.fetch(
        """
        SELECT tenant, inference_id
        FROM (
            SELECT tenant, inference_id, verdict, attached
            FROM feedback
            WHERE tenant = $1 AND task = $2 AND stored_at >= $3
            ORDER BY place DESC
            LIMIT $4
        ) AS newest
        WHERE verdict = 'positive' AND attached
        LIMIT $5
        """,
        *(tx.tenant, task, since, MOST, MOST_TEXTS),
    )
    return [(row[0], row[1]) for row in rows]
