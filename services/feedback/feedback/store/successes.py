"""Where it is noted what is counted as success with opinions, where that changes after they were stored."""

from collections.abc import Mapping

from chassis.database import Transaction
from feedback.store.claims import Key


async def note(tx: Transaction, counted: Mapping[Key, float | None]) -> None:
    """Note what is counted as success with opinions, by tenant and key, or that nothing is any more."""
    rows = await tx.fetch(
        """
        SELECT wanted.tenant, found.place, found.stored_at, wanted.success
        FROM unnest($1::text[], $2::text[], $3::double precision[]) AS wanted (tenant, key, success)
        CROSS JOIN LATERAL (
            SELECT place, stored_at FROM feedback_claims WHERE tenant = wanted.tenant AND key = wanted.key LIMIT 1
        ) AS found
        ORDER BY found.stored_at
        """,
        *zip(*((*id, success) for id, success in counted.items()), strict=True),
    )
    await tx.execute(
        """
        UPDATE feedback
        SET success = counted.success
        FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::double precision[])
            AS counted (tenant, place, stored_at, success)
        WHERE (feedback.tenant, feedback.place, feedback.stored_at)
                = (counted.tenant, counted.place, counted.stored_at)
            AND feedback.stored_at BETWEEN ($3::timestamptz[])[1] AND ($3::timestamptz[])[cardinality($3)]
        """,
        *zip(*rows, strict=True),
    )
