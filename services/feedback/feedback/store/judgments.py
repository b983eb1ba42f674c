"""Where the facts that examples are judged by are read, and what comes of them is kept."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.api.assessment import AssessedLabel


class Judged(NamedTuple):
    """What an example is judged by; of a long text only the beginning.

    The probabilities are of the label that it has now, else missing; ``answered`` is the label that was served.
    """

    id: str
    source: str
    text: str | None
    label: str | None
    likeness: bytes | None
    submitted_by: str
    confidence: float | None
    answered: str | None
    has_answer: bool
    p_label: float | None
    likely_label: str | None
    p_likely: float | None
    label_texts: int | None
    idle_days: int | None
    rejected: bool


class Verdict(NamedTuple):
    """The quality of an example, with its reasons."""

    id: str
    quality: float
    reasons: tuple[str, ...]


async def lock(tx: Transaction, example_ids: Sequence[str]) -> None:
    """Keep others from changing examples until the transaction ends, always in the same order."""
    await tx.execute(
        """
        SELECT FROM examples WHERE tenant = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
        """,
        *(tx.tenant, example_ids),
    )


async def note(tx: Transaction, task: str, found: Sequence[AssessedLabel]) -> list[str]:
    """Keep what was found of labels that are still the same; give the ids of these examples."""
    rows = await tx.fetch(
        """
        UPDATE examples
        SET assessed_label = examples.label, assessed_at = now(), p_label = found.p, likely_label = found.likely,
            p_likely = found.p_likely, label_texts = found.texts_per_label, idle_days = found.idle_days
        FROM unnest(
            $3::uuid[], $4::text[], $5::double precision[], $6::text[], $7::double precision[], $8::integer[],
            $9::integer[]
        ) AS found (id, label, p, likely, p_likely, texts_per_label, idle_days)
        WHERE examples.tenant = $1 AND examples.task = $2 AND examples.id = found.id AND examples.label = found.label
            AND examples.status <> 'rejected'
        RETURNING examples.id::text
        """,
        *(tx.tenant, task, *zip(*map(_columns, found), strict=True)),
    )
    return [row[0] for row in rows]


def _columns(found: AssessedLabel) -> tuple[object, ...]:
    return (found.id, found.label, found.p, found.likely, found.p_likely, found.texts_per_label, found.idle_days)


async def facts(tx: Transaction, example_ids: Sequence[str]) -> list[Judged]:
    """Read what examples are judged by."""
    rows = await tx.fetch(
        """
        SELECT id::text, source,
            left(CASE 'string' WHEN jsonb_typeof(input) THEN input #>> '{}'
                 WHEN jsonb_typeof(input -> 'text') THEN input ->> 'text' END, 20001),
            label, likeness, submitted_by, confidence,
            CASE 'string' WHEN jsonb_typeof(output) THEN output #>> '{}'
            WHEN jsonb_typeof(output -> 'label') THEN output ->> 'label' END,
            output IS NOT NULL,
            CASE WHEN assessed_label = label THEN p_label END, likely_label, p_likely, label_texts, idle_days,
            status = 'rejected'
        FROM examples
        WHERE tenant = $1 AND id = ANY ($2::uuid[])
        """,
        *(tx.tenant, example_ids),
    )
    return [Judged(*row) for row in rows]


async def set_quality(tx: Transaction, verdicts: Sequence[Verdict]) -> None:
    """Keep the quality of examples."""
    await tx.execute(
        """
        UPDATE examples
        SET quality = judged.quality, quality_reasons = judged.reasons
        FROM unnest($2::uuid[], $3::double precision[], $4::jsonb[]) AS judged (id, quality, reasons)
        WHERE examples.tenant = $1 AND examples.id = judged.id
        """,
        *(tx.tenant, *zip(*verdicts, strict=True)),
    )


async def approve(tx: Transaction, example_ids: Sequence[str], threshold: float) -> list[str]:
    """Approve corrections of enough quality by policy, unless people began to review them; give their ids."""
    rows = await tx.fetch(
        """
        UPDATE examples
        SET status = 'approved', reviewed_by = 'policy', reviewed_at = now()
        WHERE tenant = $1 AND id = ANY ($2::uuid[]) AND status = 'pending' AND quality >= $3
            AND feedback_key IS NOT NULL AND NOT disputed
            AND NOT EXISTS (SELECT FROM reviews WHERE tenant = $1 AND example_id = examples.id)
        RETURNING id::text
        """,
        *(tx.tenant, example_ids, threshold),
    )
    return [row[0] for row in rows]


async def assessable(tx: Transaction, task: str, *, before: str | None, limit: int, most_bytes: int) -> list[Any]:
    """Give examples with a text and a label, newest first; texts are missing where a page is full."""
    return await tx.fetch(
        """
        SELECT id::text, label, created_at AS given_at,
            CASE WHEN sum(octet_length(text)) OVER (ORDER BY id DESC) - octet_length(text) < $5 THEN text END AS text
        FROM (
            SELECT id, label, created_at,
                left(CASE jsonb_typeof(input) WHEN 'string' THEN input #>> '{}' ELSE input ->> 'text' END, 20000)
                    AS text
            FROM examples
            WHERE tenant = $1 AND task = $2 AND status <> 'rejected' AND label IS NOT NULL
                AND 'string' IN (jsonb_typeof(input), jsonb_typeof(input -> 'text'))
                AND ($3::uuid IS NULL OR id < $3)
            ORDER BY id DESC
            LIMIT $4
        ) AS page
        ORDER BY page.id DESC
        """,
        *(tx.tenant, task, before, limit, most_bytes),
    )
