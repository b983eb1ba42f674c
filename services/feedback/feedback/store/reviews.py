"""Where reviewers' decisions on examples are kept."""

from collections.abc import Sequence
from typing import Any

from chassis.database import Transaction
from contracts.api.example import ExampleStatus, Review, ReviewOfMany, ReviewVerdict

STATUS_AFTER = {ReviewVerdict.APPROVE: ExampleStatus.APPROVED, ReviewVerdict.REJECT: ExampleStatus.REJECTED}


async def settle(tx: Transaction, example_id: str, review: Review, label: str | None) -> str | None:
    """Decide on a pending example, corrected where the review says so; give its task, or None if it is not pending."""
    return await tx.fetchval(
        """
        WITH reviewed AS (
            UPDATE examples
            SET status = $3, reviewed_by = $4, note = $5, reviewed_at = now(),
                expected_output = coalesce($6::jsonb, expected_output),
                label = CASE WHEN $6::jsonb IS NULL THEN label ELSE $7 END
            WHERE tenant = $1 AND id = $2::uuid AND status = 'pending'
            RETURNING id, task
        ), kept AS (
            INSERT INTO reviews (tenant, example_id, verdict, note, edited, reviewed_by)
            SELECT $1, id, $8, $5, $6::jsonb IS NOT NULL, $4 FROM reviewed
        )
        SELECT task FROM reviewed
        """,
        *(tx.tenant, example_id, STATUS_AFTER[review.verdict], tx.cause.actor, review.note),
        *(review.expected_output, label, review.verdict),
    )


async def settle_many(tx: Transaction, review: ReviewOfMany, example_ids: Sequence[str]) -> dict[str, int]:
    """Decide on those of many examples that are pending; give how many there were by task."""
    rows: Sequence[Any] = await tx.fetch(
        """
        WITH reviewed AS (
            UPDATE examples
            SET status = $3, reviewed_by = $4, note = $5, reviewed_at = now()
            WHERE tenant = $1 AND id = ANY ($2::uuid[]) AND status = 'pending'
            RETURNING id, task
        ), kept AS (
            INSERT INTO reviews (tenant, example_id, verdict, note, edited, reviewed_by)
            SELECT $1, id, $6, $5, false, $4 FROM reviewed
        )
        SELECT task, count(*) FROM reviewed GROUP BY task ORDER BY task
        """,
        *(tx.tenant, example_ids, STATUS_AFTER[review.verdict], tx.cause.actor, review.note, review.verdict),
    )
    return {row[0]: row[1] for row in rows}
