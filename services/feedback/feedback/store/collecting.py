"""Where approved examples are read as of a time, by id, for training and for export."""

from datetime import datetime
from typing import Any, NamedTuple

from chassis.database import Transaction
from chassis.pages import MOST_BYTES


class Approved(NamedTuple):
    """An approved example, in the order of the columns."""

    id: str
    input: Any
    expected_output: Any
    output: Any
    label: str | None
    likeness: bytes | None
    kind: str
    quality: float
    source: str
    submitted_by: str
    reviewed_by: str | None
    created_at: datetime
    reviewed_at: datetime | None
    inference_id: str | None
    feedback_key: str | None


class Wanted(NamedTuple):
    """Which examples are read: approved up to a time, after an id; only those with a text and an output, or all."""

    task: str
    until: datetime
    after: str | None
    learnable: bool


_ANY_TEXT = '$.* ? (@.type() == "string")'


async def collect(tx: Transaction, wanted: Wanted, *, limit: int) -> list[Approved | None]:
    """Give examples by id; None for those that do not fit into a page any more."""
    rows = await tx.fetch(
        """
        SELECT id::text, input, expected_output, output, label, likeness, kind, quality, source, submitted_by,
            reviewed_by, created_at, reviewed_at, inference_id, feedback_key, found
        FROM (
            SELECT *, sum(octet_length(concat(input, expected_output, output))) OVER (ORDER BY id) AS size,
                octet_length(concat(input, expected_output, output)) AS own, count(*) OVER () AS found
            FROM (
                SELECT * FROM examples
                WHERE tenant = $1 AND task = $2 AND status = 'approved' AND reviewed_at <= $3
                    AND ($4::uuid IS NULL OR id > $4)
                    AND (NOT $5 OR 'string' IN (jsonb_typeof(input), jsonb_typeof(input -> 'text')))
                    AND (NOT $5 OR label IS NOT NULL OR jsonb_path_exists(expected_output, $8::jsonpath))
                ORDER BY id
                LIMIT $6
            ) AS page
        ) AS sized
        WHERE size - own < $7
        ORDER BY sized.id
        """,
        *(tx.tenant, *wanted, limit, MOST_BYTES, _ANY_TEXT),
    )
    return [*(Approved(*row[:-1]) for row in rows), *([None] * (rows[0][-1] - len(rows) if rows else 0))]
