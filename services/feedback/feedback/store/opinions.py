"""Where opinions are stored once, and attached to their inferences, whichever comes first.

Both statements are written so that Postgres has one sensible way to carry them out, whatever it knows of the tables:
LATERAL with LIMIT looks ids up instead of reading a whole table, and IS NOT DISTINCT FROM leaves the index by task
alone, which without statistics seems as good as the one by id and is a thousand times slower.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction
from contracts.api.feedback import Feedback
from feedback.store.inferences import NewRow

_COLUMNS = 18


class Opinion(NamedTuple):
    """An opinion in the order of the columns, so that rows become columns by `zip`; JSON is text.

    The last three are known once its inference is stored.
    """

    tenant: str
    key: str
    inference_id: str | None
    task: str
    operation: str
    verdict: str | None
    score: float | None
    input: str | None
    correction: str | None
    label: str | None
    comment: str | None
    used: bool | None
    helpful: bool | None
    by: str | None
    source: str
    occurred_at: datetime
    metric: str | None = None
    value: float | None = None
    version_id: str | None = None
    predicted: str | None = None
    attached: bool = False

    @property
    def detached(self) -> "Opinion":
        """Give the opinion as it was before its inference came."""
        return self._replace(version_id=None, predicted=None, attached=False)


async def insert(tx: Transaction, opinions: Sequence[Opinion]) -> list[Opinion]:
    """Store what is new, attached where the inference is there; give what is new."""
    stored = await tx.fetch(
        """
        INSERT INTO feedback (
            tenant, key, inference_id, task, operation, verdict, score, input, correction, label, comment, used,
            helpful, by, source, occurred_at, metric, value, version_id, predicted, attached
        )
        SELECT sent.*, about.version_id, about.label, about.id IS NOT NULL
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::double precision[],
            $8::text[]::jsonb[], $9::text[]::jsonb[], $10::text[], $11::text[], $12::boolean[], $13::boolean[],
            $14::text[], $15::text[], $16::timestamptz[], $17::text[], $18::double precision[]
        ) AS sent (tenant, key, inference_id, task)
        LEFT JOIN LATERAL (
            SELECT * FROM inferences WHERE tenant = sent.tenant AND id = sent.inference_id LIMIT 1
        ) AS about ON about.task = sent.task
        ON CONFLICT DO NOTHING
        RETURNING tenant, key, version_id, predicted, attached
        """,
        *zip(*(opinion[:_COLUMNS] for opinion in opinions), strict=True),
    )
    sent = {opinion[:2]: opinion[:_COLUMNS] for opinion in opinions}
    return [Opinion(*sent[row[0], row[1]], row[2], row[3], row[4]) for row in stored]


async def attach(tx: Transaction, served: Sequence[NewRow]) -> list[Opinion]:
    """Attach the opinions that waited for these inferences; give them."""
    come = [(row.tenant, row.id, row.task, row.version_id, row.label) for row in served]
    rows = await tx.fetch(
        """
        UPDATE feedback AS waiting
        SET version_id = come.version_id, predicted = come.label, attached = true
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
            AS come (tenant, id, task, version_id, label)
        WHERE (waiting.tenant, waiting.inference_id) = (come.tenant, come.id)
            AND waiting.task IS NOT DISTINCT FROM come.task
            AND waiting.inference_id IS NOT NULL
            AND NOT waiting.attached
        RETURNING waiting.tenant, waiting.key, waiting.inference_id, waiting.task, waiting.operation, waiting.verdict,
            waiting.score, waiting.input::text, waiting.correction::text, waiting.label, waiting.comment, waiting.used,
            waiting.helpful, waiting.by, waiting.source, waiting.occurred_at, waiting.metric, waiting.value,
            waiting.version_id, waiting.predicted, waiting.attached
        """,
        *zip(*come, strict=True),
    )
    return [Opinion(*row) for row in rows]


async def list_(
    tx: Transaction, *, task: str | None, inference_id: str | None, before: int | None, limit: int
) -> list[tuple[int, Feedback]]:
    """Give opinions with their places, newest first."""
    rows = await tx.fetch(
        """
        SELECT place, key, inference_id, task, version_id, operation, verdict, score, correction, comment, used,
            helpful, by, source, occurred_at, stored_at, metric, value
        FROM feedback
        WHERE tenant = $1
            AND ($2::text IS NULL OR task = $2)
            AND ($3::text IS NULL OR inference_id = $3)
            AND ($4::bigint IS NULL OR place < $4)
        ORDER BY place DESC
        LIMIT $5
        """,
        tx.tenant,
        task,
        inference_id,
        before,
        limit,
    )
    return [(row["place"], Feedback.model_validate(dict(row))) for row in rows]
