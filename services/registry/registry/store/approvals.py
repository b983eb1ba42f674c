"""Where the SQL of approvals is."""

from chassis.database import Transaction


async def insert(tx: Transaction, version_id: str, note: str) -> None:
    """Add the approval of whoever asks; the second of the same person, or under the same name, changes nothing."""
    await tx.execute(
        """
        INSERT INTO approvals (tenant, version_id, actor, note, person)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
        """,
        tx.tenant,
        version_id,
        tx.cause.actor,
        note,
        tx.cause.person,
    )


async def count_others(tx: Transaction, version_id: str) -> int:
    """Count the approvals of people other than who asks: of another name, and known to be another person."""
    return await tx.fetchval(
        """
        SELECT count(*)
        FROM approvals
        WHERE tenant = $1 AND version_id = $2 AND actor <> $3 AND (person = '' OR person <> $4)
        """,
        tx.tenant,
        version_id,
        tx.cause.actor,
        tx.cause.person,
    )
