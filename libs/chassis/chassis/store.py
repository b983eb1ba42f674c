"""Where the SQL of transactions, outbox, inbox, stored answers and dead letters is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from contracts.api.dead_letter import DeadLetter
from contracts.service import Service

if TYPE_CHECKING:
    from chassis.database import Transaction

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
"""A connection, of a pool or not."""


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


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that could not be handled, with the reason."""

    tenant: str
    consumer: str
    message: Outgoing
    reason: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered to a request with an idempotency key."""

    request: bytes
    status: int
    body: bytes


async def begin(connection: Connection, tenant: str) -> None:
    """Begin a transaction for a tenant in one round trip; the name was checked, so that it needs no quoting."""
    await connection.execute(f"BEGIN; SET LOCAL ratchet.tenant = '{tenant}'")


async def commit(connection: Connection) -> None:
    """Commit."""
    await connection.execute("COMMIT")


async def roll_back(connection: Connection) -> None:
    """Roll back."""
    await connection.execute("ROLLBACK")


async def ping(connection: Connection) -> None:
    """Ask for nothing."""
    await connection.execute("SELECT 1")


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


async def claim(tx: "Transaction", consumer: str, event_id: str) -> bool:
    """Claim an event for a consumer; False if it was handled before."""
    claimed = await tx.fetchval(
        "INSERT INTO inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true",
        consumer,
        event_id,
    )
    return bool(claimed)


async def forget_old(tx: "Transaction", days: int) -> None:
    """Forget claims and answers that nobody can ask for again."""
    await tx.execute("DELETE FROM inbox WHERE taken_at < now() - make_interval(days => $1)", days)
    await tx.execute("DELETE FROM answers WHERE answered_at < now() - interval '1 day'")


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


async def find_answer(tx: "Transaction", command: str, key: str) -> StoredAnswer | None:
    """Give what was answered before, after waiting for a request with the same key that is under way."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{tx.tenant}/{command}/{key}")
    row = await tx.fetchrow(
        "SELECT request, status, body FROM answers WHERE tenant = $1 AND command = $2 AND key = $3",
        tx.tenant,
        command,
        key,
    )
    return StoredAnswer(**row) if row else None


async def keep_answer(tx: "Transaction", command: str, key: str, answer: StoredAnswer) -> None:
    """Keep an answer for a request that may be sent again."""
    await tx.execute(
        "INSERT INTO answers (tenant, command, key, request, status, body) VALUES ($1, $2, $3, $4, $5, $6)",
        tx.tenant,
        command,
        key,
        answer.request,
        answer.status,
        answer.body,
    )


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
