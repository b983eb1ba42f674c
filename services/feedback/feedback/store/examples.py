"""Where examples are stored, found, counted and given to trainers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.api.example import Example, ExampleStats, ExampleStatus

Question = tuple[str, str, bytes]
"""Tenant, task and likeness of a text."""

Alike = dict[Question, dict[tuple[str, str], int]]
"""How many examples of the same text there are, by label and submitter."""

_MOST_ALIKE = 1000


class NewRow(NamedTuple):
    """An example to store, in the order of the columns; JSON is text."""

    tenant: str
    task: str
    status: str
    input: str
    output: str | None
    expected_output: str
    label: str | None
    likeness: bytes | None
    kind: str
    quality: float
    quality_reasons: tuple[str, ...]
    source: str
    inference_id: str | None
    feedback_key: str | None
    submitted_by: str
    reviewed_by: str | None = None
    confidence: float | None = None
    remark: str | None = None
    submitter: str = ""


class Stored(NamedTuple):
    """What became of an example that was new."""

    id: str
    tenant: str
    task: str
    kind: str
    status: str
    quality: float


async def insert(tx: Transaction, rows: Sequence[NewRow]) -> list[Stored]:
    """Store examples, at most one for each feedback key, or each answer and submitter; give those that are new."""
    stored = await tx.fetch(
        """
        INSERT INTO examples (
            tenant, task, status, input, output, expected_output, label, likeness, kind, quality, quality_reasons,
            source, inference_id, feedback_key, submitted_by, reviewed_by, confidence, remark, submitter,
            reviewed_at
        )
        SELECT sent.*, CASE status WHEN 'pending' THEN NULL ELSE now() END
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::text[]::jsonb[], $5::text[]::jsonb[], $6::text[]::jsonb[],
            $7::text[], $8::bytea[], $9::text[], $10::double precision[], $11::jsonb[], $12::text[], $13::text[],
            $14::text[], $15::text[], $16::text[], $17::double precision[], $18::text[], $19::text[]
        ) AS sent (tenant, task, status)
        ON CONFLICT DO NOTHING
        RETURNING id::text, tenant, task, kind, status, quality
        """,
        *zip(*rows, strict=True),
    )
    return [Stored(*row) for row in stored]


async def count_alike(tx: Transaction, questions: Sequence[Question]) -> Alike:
    """Count the examples of the same texts by label and submitter, up to a thousand of each, without rejected ones."""
    # IS NOT DISTINCT FROM leaves the index by the text's hash alone: those by tenant and task take seconds for a list.
    rows = await tx.fetch(
        """
        SELECT asked.tenant, asked.task, asked.likeness, alike.label, alike.submitted_by, alike.count
        FROM unnest($1::text[], $2::text[], $3::bytea[]) AS asked (tenant, task, likeness)
        CROSS JOIN LATERAL (
            SELECT label, submitted_by, count(*) AS count
            FROM (
                SELECT label, submitted_by
                FROM examples
                WHERE likeness = asked.likeness AND tenant IS NOT DISTINCT FROM asked.tenant
                    AND task IS NOT DISTINCT FROM asked.task AND status <> 'rejected' AND label IS NOT NULL
                LIMIT $4
            ) AS said
            GROUP BY label, submitted_by
        ) AS alike
        """,
        *(*zip(*questions, strict=True), _MOST_ALIKE),
    )
    counts: Alike = {}
    for row in rows:
        counts.setdefault((row[0], row[1], row[2]), {})[row[3], row[4]] = row[5]
    return counts


async def find(tx: Transaction, example_id: str) -> Example | None:
    """Give one example of the tenant."""
    row = await tx.fetchrow(
        """
        SELECT id::text, task, input, output, expected_output, kind, status, quality, quality_reasons, source,
            inference_id, feedback_key, submitted_by, reviewed_by, note, created_at, reviewed_at,
            revision, disputed AND status = 'pending' AS disputed, remark,
            CASE WHEN assessed_label = label THEN p_label END AS p_label,
            CASE WHEN assessed_label = label THEN likely_label END AS likely_label, assessed_at, deleted_at, deleted_by
        FROM examples
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        example_id,
    )
    return _example(row) if row else None


async def count(tx: Transaction, task: str | None) -> ExampleStats:
    """Count examples by status."""
    rows = await tx.fetch(
        """
        SELECT status, count(*)
        FROM examples
        WHERE tenant = $1 AND ($2::text IS NULL OR task = $2) AND deleted_at IS NULL
        GROUP BY status
        """,
        tx.tenant,
        task,
    )
    by = dict.fromkeys(ExampleStatus, 0) | {ExampleStatus(row[0]): row[1] for row in rows}
    return ExampleStats(total=sum(by.values()), by=by)


async def count_approved_since(tx: Transaction, tenant: str, task: str, since: datetime | None) -> int:
    """Count the examples of a task that were approved after a time, or ever."""
    return await tx.fetchval(
        """
        SELECT count(*)
        FROM examples
        WHERE tenant = $1 AND task = $2 AND status = 'approved' AND ($3::timestamptz IS NULL OR reviewed_at > $3)
        """,
        tenant,
        task,
        since,
    )


async def find_answered(tx: Transaction, inference_id: str, submitted_by: str) -> str | None:
    """Give the id of the example that somebody made of a served answer by hand."""
    return await tx.fetchval(
        """
        SELECT id::text
        FROM examples
        WHERE tenant = $1 AND inference_id = $2 AND submitted_by = $3 AND feedback_key IS NULL AND deleted_at IS NULL
        """,
        *(tx.tenant, inference_id, submitted_by),
    )


async def delete(tx: Transaction, example_id: str) -> bool:
    """Mark an example as deleted, which rejects it; say whether it was not before."""
    return await tx.fetchval(
        """
        UPDATE examples
        SET status = 'rejected', deleted_at = now(), deleted_by = $3, reviewed_at = now(), reviewed_by = $3
        WHERE tenant = $1 AND id = $2::uuid AND deleted_at IS NULL
        RETURNING true
        """,
        *(tx.tenant, example_id, tx.cause.actor),
    )


def _example(row: Any) -> Example:  # noqa: ANN401
    return Example.model_validate(dict(row))
