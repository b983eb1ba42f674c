"""Where it is kept who reviews which example right now."""

from collections.abc import Sequence

from chassis.database import Transaction


async def take_turns(tx: Transaction, task: str) -> None:
    """Wait until nobody else takes examples of the task."""
    await tx.execute(
        """
        SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.claims'), hashtext($1 || '.' || $2))
        """,
        tx.tenant,
        task,
    )


async def hold(tx: Transaction, example_ids: Sequence[str], task: str, minutes: int) -> None:
    """Let the one who asks hold examples for some time from now."""
    await tx.execute(
        """
        INSERT INTO review_claims (tenant, example_id, person, task, until)
        SELECT $1, id, $2, $3, now() + make_interval(mins => $4)
        FROM unnest($5::uuid[]) AS id
        ON CONFLICT (tenant, example_id, person) DO UPDATE
        SET until = excluded.until
        """,
        *(tx.tenant, tx.cause.actor, task, minutes, example_ids),
    )


async def expire(tx: Transaction, task: str) -> None:
    """Forget what nobody holds any more."""
    await tx.execute(
        """
        DELETE FROM review_claims
        WHERE tenant = $1 AND task = $2 AND until <= now()
        """,
        tx.tenant,
        task,
    )
