"""Where it is kept that examples are made of corrections that no longer stand."""

from collections.abc import Sequence
from typing import NamedTuple

from chassis.database import Transaction


class Withdrawal(NamedTuple):
    """A correction that no longer stands, and why."""

    tenant: str
    feedback_key: str
    reason: str


class Doubted(NamedTuple):
    """An example of a correction that no longer stands."""

    id: str
    tenant: str
    task: str
    reason: str


async def reject(tx: Transaction, gone: Sequence[Withdrawal], *, by: str) -> list[Doubted]:
    """Reject the examples of corrections that are in review; give them."""
    rows = await tx.fetch(
        """
        WITH found AS (
            SELECT examples.id, gone.reason
            FROM unnest($1::text[], $2::text[], $3::text[]) AS gone (tenant, feedback_key, reason)
            JOIN examples ON examples.tenant = gone.tenant AND examples.feedback_key = gone.feedback_key
            WHERE examples.status = 'pending'
            ORDER BY examples.id
            FOR NO KEY UPDATE OF examples
        )
        UPDATE examples
        SET status = 'rejected', disputed = false, reviewed_by = $4, reviewed_at = now(), note = found.reason
        FROM found
        WHERE examples.id = found.id
        RETURNING examples.id::text, examples.tenant, examples.task, examples.note
        """,
        *(*zip(*gone, strict=True), by),
    )
    return [Doubted(*row) for row in rows]


async def tell(tx: Transaction, doubted: Sequence[Doubted], *, by: str, rejected: bool) -> None:
    """Write it into the history of the examples."""
    await tx.execute(
        """
        INSERT INTO example_history (tenant, example_id, by, what, content)
        SELECT tenant, id, $5, CASE WHEN $6 THEN 'settled' ELSE 'disputed' END,
            jsonb_build_object('sentence', reason, 'status', CASE WHEN $6 THEN 'rejected' ELSE 'approved' END)
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS doubted (id, tenant, task, reason)
        """,
        *(*zip(*doubted, strict=True), by, rejected),
    )


async def release(tx: Transaction, rejected: Sequence[Doubted]) -> None:
    """Take the examples from whoever was to review them."""
    await tx.execute(
        """
        WITH rejected AS (
            SELECT * FROM unnest($1::uuid[], $2::text[]) AS rejected (id, tenant)
        ), freed AS (
            DELETE FROM review_claims
            WHERE (example_id, tenant) IN (SELECT id, tenant FROM rejected)
        )
        DELETE FROM review_assignments
        WHERE (example_id, tenant) IN (SELECT id, tenant FROM rejected)
        """,
        [each.id for each in rejected],
        [each.tenant for each in rejected],
    )


async def flag(tx: Transaction, gone: Sequence[Withdrawal]) -> list[Doubted]:
    """Add the reason to the quality reasons of the examples of corrections that are approved, once; give them."""
    rows = await tx.fetch(
        """
        WITH found AS (
            SELECT examples.id, gone.reason
            FROM unnest($1::text[], $2::text[], $3::text[]) AS gone (tenant, feedback_key, reason)
            JOIN examples ON examples.tenant = gone.tenant AND examples.feedback_key = gone.feedback_key
            WHERE examples.status = 'approved' AND NOT examples.quality_reasons ? gone.reason
            ORDER BY examples.id
            FOR NO KEY UPDATE OF examples
        )
        UPDATE examples
        SET quality_reasons = quality_reasons || to_jsonb(found.reason)
        FROM found
        WHERE examples.id = found.id
        RETURNING examples.id::text, examples.tenant, examples.task, found.reason
        """,
        *zip(*gone, strict=True),
    )
    return [Doubted(*row) for row in rows]
