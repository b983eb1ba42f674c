"""Where it is counted what waits, and forgotten what nobody can ask for again."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chassis.database import Transaction


async def backlog(tx: "Transaction") -> tuple[int, float, int]:
    """Give the number of waiting messages, the age of the oldest in seconds, and the number of dead letters."""
    row = await tx.fetchrow(
        """
        SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8,
               (SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL)
        FROM outbox
        """
    )
    return tuple(row) if row else (0, 0.0, 0)


async def forget_old(tx: "Transaction", days: int) -> None:
    """Forget claims and answers that nobody can ask for again."""
    await tx.execute("DELETE FROM inbox WHERE taken_at < now() - make_interval(days => $1)", days)
    await tx.execute("DELETE FROM answers WHERE answered_at < now() - interval '1 day'")
