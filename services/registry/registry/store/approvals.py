"""Where the SQL of approvals is."""

from chassis.database import Transaction


async def insert(tx: Transaction, version_id: str, note: str) -> None:
    """Add the approval of whoever asks; the second of the same actor changes nothing."""
    await tx.execute(
        """
        INSERT INTO approvals (tenant, version_id, actor, note)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING
        """,
        tx.tenant,
        version_id,
        tx.cause.actor,
        note,
    )
