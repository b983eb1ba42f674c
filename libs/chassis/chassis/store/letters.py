"""Where messages that could not be handled are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chassis.store.outbox import Outgoing
from contracts.api.dead_letter import DeadLetter
from contracts.service import Service

if TYPE_CHECKING:
    from chassis.database import Transaction


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that could not be handled, with the reason."""

    tenant: str
    consumer: str
    message: Outgoing
    reason: str


async def bury(tx: "Transaction", letters: Sequence[Letter]) -> None:
    """Keep messages that could not be handled."""
    await tx.execute(
        """
        INSERT INTO dead_letters (tenant, consumer, subject, headers, body, reason)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[], $6::text[])
        """,
        [letter.tenant for letter in letters],
        [letter.consumer for letter in letters],
        [letter.message.subject for letter in letters],
        [letter.message.headers for letter in letters],
        [letter.message.body for letter in letters],
        [letter.reason for letter in letters],
    )


async def list_letters(tx: "Transaction", service: Service, *, before: str | None, limit: int) -> list[DeadLetter]:
    """Give dead letters, newest first."""
    rows = await tx.fetch(
        """
        SELECT id, consumer, subject, headers, body, reason, buried_at, replayed_at
        FROM dead_letters
        WHERE $1::uuid IS NULL OR id < $1
        ORDER BY id DESC
        LIMIT $2
        """,
        before,
        limit,
    )
    return [_letter(row, service) for row in rows]


async def take_letter(tx: "Transaction", service: Service, letter_id: str) -> tuple[DeadLetter, Outgoing] | None:
    """Mark a dead letter as replayed and give it."""
    row = await tx.fetchrow(
        """
        UPDATE dead_letters
        SET replayed_at = now()
        WHERE id = $1::uuid
        RETURNING id, consumer, subject, headers, body, reason, buried_at, replayed_at
        """,
        letter_id,
    )
    return (_letter(row, service), Outgoing(row["subject"], row["headers"], row["body"])) if row else None


def _letter(row: Any, service: Service) -> DeadLetter:  # noqa: ANN401 (asyncpg ships no types)
    return DeadLetter(
        id=str(row["id"]),
        service=service,
        consumer=row["consumer"],
        subject=row["subject"],
        reason=row["reason"],
        body=row["body"][:4000].decode(errors="replace"),
        buried_at=row["buried_at"],
        replayed_at=row["replayed_at"],
    )
