"""Where approved examples are given to trainers."""

from datetime import datetime
from typing import Any, cast

from chassis.database import Transaction
from chassis.pages import MOST_BYTES
from contracts.api.example import TrainingRow
from contracts.api.outcome import text_of


async def collect(
    tx: Transaction, task: str, until: datetime, *, after: str | None, limit: int
) -> list[TrainingRow | None]:
    """Give examples approved up to a time that have a text and an output, by id; None where a page is full."""
    rows = await tx.fetch(
        """
        SELECT id::text, label, feedback_key, inference_id,
               CASE WHEN sum(size) OVER (ORDER BY id) - size < $6 THEN input END AS input,
               CASE WHEN sum(size) OVER (ORDER BY id) - size < $6 THEN expected_output END AS expected_output
        FROM (
            SELECT id, label, feedback_key, inference_id, input, expected_output,
                   octet_length(input::text) + octet_length(expected_output::text) AS size
            FROM examples
            WHERE tenant = $1 AND task = $2 AND status = 'approved' AND reviewed_at <= $3
                AND ($4::uuid IS NULL OR id > $4)
                AND (label IS NOT NULL OR jsonb_path_exists(expected_output, '$.* ? (@.type() == "string")'))
                AND 'string' IN (jsonb_typeof(input), jsonb_typeof(input -> 'text'))
            ORDER BY id
            LIMIT $5
        ) AS page
        ORDER BY id
        """,
        *(tx.tenant, task, until, after, limit, MOST_BYTES),
    )
    return [_training_row(row) for row in rows]


def _training_row(row: Any) -> TrainingRow | None:  # noqa: ANN401 (asyncpg ships no types)
    text, expected = text_of(row["input"]), row["expected_output"]
    if text is None:
        return None
    outputs = _outputs(expected)
    return TrainingRow(
        id=row["id"],
        text=text,
        label=row["label"] or "",
        outputs=outputs or None,
        feedback_key=row["feedback_key"],
        inference_id=row["inference_id"],
    )


def _outputs(expected: object) -> dict[str, str]:
    """Give the outputs besides the label that are texts."""
    members = cast("dict[str, object]", expected).items() if isinstance(expected, dict) else ()
    return {name: value for name, value in members if name != "label" and isinstance(value, str)}
