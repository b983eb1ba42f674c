"""Where sums of short stretches of time are dropped."""

from datetime import datetime

from chassis.database import Transaction


async def walk_along_indexes(tx: Transaction) -> None:
    """Read no table as a whole: what Postgres knows of grains and times apart makes it expect many old minutes."""
    await tx.execute("SELECT set_config('enable_seqscan', 'off', true)")


async def drop(tx: Transaction, grain: str, before: datetime, *, most: int) -> int:
    """Drop some rows of each table from before a time, none that others hold; give how many."""
    return await tx.fetchval(
        """
        WITH totals AS (DELETE FROM metric_sums WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM metric_sums WHERE grain = $1 AND at < $2 LIMIT $3 FOR UPDATE SKIP LOCKED)) RETURNING 1),
        histograms AS (DELETE FROM histogram_sums WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM histogram_sums WHERE grain = $1 AND at < $2 LIMIT $3 FOR UPDATE SKIP LOCKED)) RETURNING 1),
        confusion AS (DELETE FROM confusion_sums WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM confusion_sums WHERE grain = $1 AND at < $2 LIMIT $3 FOR UPDATE SKIP LOCKED)) RETURNING 1),
        labels AS (DELETE FROM label_sums WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM label_sums WHERE grain = $1 AND at < $2 LIMIT $3 FOR UPDATE SKIP LOCKED)) RETURNING 1),
        opinions AS (DELETE FROM opinion_sums WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM opinion_sums WHERE grain = $1 AND at < $2 LIMIT $3 FOR UPDATE SKIP LOCKED)) RETURNING 1),
        outcomes AS (DELETE FROM outcome_sums WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM outcome_sums WHERE grain = $1 AND at < $2 LIMIT $3 FOR UPDATE SKIP LOCKED)) RETURNING 1)
        SELECT (SELECT count(*) FROM totals) + (SELECT count(*) FROM histograms) + (SELECT count(*) FROM confusion)
            + (SELECT count(*) FROM labels) + (SELECT count(*) FROM opinions) + (SELECT count(*) FROM outcomes)
        """,
        *(grain, before, most),
    )
