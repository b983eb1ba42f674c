"""Where messages wait until they have left, and events are claimed that came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chassis.database import Transaction


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that leaves with the transaction."""

    subject: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message in the outbox."""

    id: int
    message: Outgoing


async def leave(tx: "Transaction", messages: Sequence[Outgoing]) -> None:
    """Put messages into the outbox, in order."""
    await tx.execute(
        """
        INSERT INTO outbox (subject, headers, body)
        SELECT subject, headers, body
        FROM unnest($1::text[], $2::jsonb[], $3::bytea[]) WITH ORDINALITY AS sent (subject, headers, body, place)
        ORDER BY place
        """,
        [message.subject for message in messages],
        [message.headers for message in messages],
        [message.body for message in messages],
    )


async def lock_outbox(tx: "Transaction") -> None:
    """Wait until no other relay of this schema publishes, so that the order is kept."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.outbox'))")


async def oldest(tx: "Transaction", limit: int) -> list[Waiting]:
    """Give the messages that have waited longest."""
    rows = await tx.fetch("SELECT id, subject, headers, body FROM outbox ORDER BY id LIMIT $1", limit)
    return [Waiting(row["id"], Outgoing(row["subject"], row["headers"], row["body"])) for row in rows]


async def forget_sent(tx: "Transaction", ids: Sequence[int]) -> None:
    """Delete messages that were published."""
    await tx.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", ids)


async def claim(tx: "Transaction", consumer: str, event_id: str) -> bool:
    """Claim an event for a consumer; False if it was handled before."""
    claimed = await tx.fetchval(
        "INSERT INTO inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true",
        consumer,
        event_id,
    )
    return bool(claimed)
