"""Where examples are listed, by age or by quality."""

from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.api.example import Example


class Filter(NamedTuple):
    """Which examples are wanted, in the order of the parameters of the statements below; deleted ones never are."""

    tenant: str
    task: str | None
    status: str | None
    max_quality: float | None


async def newest(tx: Transaction, wanted: Filter, *, before: str | None, limit: int) -> list[Example]:
    """Give examples, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, task, input, output, expected_output, kind, status, quality, quality_reasons, source,
            inference_id, feedback_key, submitted_by, reviewed_by, note, created_at, reviewed_at, remark,
            CASE WHEN assessed_label = label THEN p_label END AS p_label,
            CASE WHEN assessed_label = label THEN likely_label END AS likely_label, assessed_at, deleted_at, deleted_by,
            revision, disputed AND status = 'pending' AS disputed
        FROM examples
        WHERE tenant = $1
            AND ($2::text IS NULL OR task = $2)
            AND ($3::text IS NULL OR status = $3)
            AND ($4::double precision IS NULL OR quality <= $4)
            AND ($5::uuid IS NULL OR id < $5)
            AND deleted_at IS NULL
        ORDER BY examples.id DESC
        LIMIT $6
        """,
        *(*wanted, before, limit),
    )
    return [_example(row) for row in rows]


async def worst(
    tx: Transaction, wanted: Filter, *, after: tuple[float | None, str | None], limit: int
) -> list[Example]:
    """Give examples, those of the least quality first, after a quality and an id."""
    rows = await tx.fetch(
        """
        SELECT id::text, task, input, output, expected_output, kind, status, quality, quality_reasons, source,
            inference_id, feedback_key, submitted_by, reviewed_by, note, created_at, reviewed_at, remark,
            CASE WHEN assessed_label = label THEN p_label END AS p_label,
            CASE WHEN assessed_label = label THEN likely_label END AS likely_label, assessed_at, deleted_at, deleted_by,
            revision, disputed AND status = 'pending' AS disputed
        FROM examples
        WHERE tenant = $1
            AND ($2::text IS NULL OR task = $2)
            AND ($3::text IS NULL OR status = $3)
            AND ($4::double precision IS NULL OR quality <= $4)
            AND ($5::double precision IS NULL OR (quality, id) > ($5, $6::uuid))
            AND deleted_at IS NULL
        ORDER BY quality, examples.id
        LIMIT $7
        """,
        *(*wanted, *after, limit),
    )
    return [_example(row) for row in rows]


def _example(row: Any) -> Example:  # noqa: ANN401 (asyncpg ships no types)
    return Example.model_validate(dict(row))
