"""Where opinions are set apart that others revised which are erased: they were counted together, and that is kept."""

from chassis.database import Transaction
from feedback.store.days import Day
from feedback.store.erasing import Look

_BESIDE = """
    SELECT said.place, said.stored_at
    FROM (
        SELECT DISTINCT inference_id, task, operation, metric, source
        FROM feedback
        WHERE tenant = $1 AND place = ANY($2::bigint[]) AND stored_at >= $3 AND stored_at < $4
            AND inference_id IS NOT NULL
    ) AS gone
    CROSS JOIN LATERAL (
        SELECT place, stored_at
        FROM feedback_claims
        WHERE tenant = $1 AND inference_id = gone.inference_id AND NOT superseded AND place <> ALL($2::bigint[])
        OFFSET 0
    ) AS beside
    CROSS JOIN LATERAL (
        SELECT place, stored_at
        FROM feedback
        WHERE tenant = $1 AND place = beside.place AND stored_at = beside.stored_at AND NOT alone
            AND (task, operation, source) = (gone.task, gone.operation, gone.source)
            AND metric IS NOT DISTINCT FROM gone.metric
        LIMIT 1
    ) AS said
    ORDER BY said.stored_at
    """


async def set_apart(tx: Transaction, day: Day, going: Look) -> None:
    """Let what stands beside opinions that go, of the same source about the same answer, never be taken back."""
    rows = await tx.fetch(_BESIDE, *(tx.tenant, going.places, day.since, day.until))
    if rows:
        await tx.execute(
            """
            UPDATE feedback
            SET alone = true
            FROM unnest($2::bigint[], $3::timestamptz[]) AS kept (place, stored_at)
            WHERE tenant = $1 AND (feedback.place, feedback.stored_at) = (kept.place, kept.stored_at)
                AND feedback.stored_at BETWEEN ($3::timestamptz[])[1] AND ($3::timestamptz[])[cardinality($3)]
            """,
            *(tx.tenant, *zip(*rows, strict=True)),
        )
