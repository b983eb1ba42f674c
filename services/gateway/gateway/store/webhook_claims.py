"""Where the SQL of sending is: deliveries are claimed, tried and settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.database import Transaction
from contracts.api.webhook import DeliveryStatus


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that nobody else has in hand for a while; ``former_salt`` only while the former secret goes on."""

    id: str
    tenant: str
    webhook_id: str
    tries: int
    type: str
    body: bytes
    url: str
    salt: bytes
    proof: bytes
    former_salt: bytes | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one try."""

    status: int | None
    start: str
    latency_ms: float
    error: str | None


@dataclass(frozen=True, slots=True)
class Room:
    """What may be claimed: so many, so many to one webhook, and none of these webhooks and tenants."""

    limit: int
    each: int
    other_than: Sequence[str]
    not_of: Sequence[str]
    lease_s: float


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a delivery after a try: it has ended, or waits so many seconds."""

    status: DeliveryStatus
    pause_s: float | None = None


async def list_stopped(tx: Transaction) -> list[str]:
    """Name the tenants that are switched off, whose deliveries wait until they are switched on again."""
    return [row[0] for row in await tx.fetch("SELECT key FROM tenants WHERE deactivated_at IS NOT NULL")]


async def claim(tx: Transaction, room: Room) -> list[str]:
    """Take in hand what is due, counting the try; what is not settled in time is due again then."""
    rows = await tx.fetch(
        """
        UPDATE webhook_deliveries
        SET tries = tries + 1, next_try_at = now() + make_interval(secs => $5)
        WHERE id = ANY (ARRAY(
            SELECT due.id
            FROM webhooks
            CROSS JOIN LATERAL (
                SELECT id
                FROM webhook_deliveries
                WHERE webhook_id = webhooks.id AND status = 'waiting' AND next_try_at <= now()
                ORDER BY next_try_at
                LIMIT $2
                FOR UPDATE SKIP LOCKED
            ) AS due
            WHERE enabled AND webhooks.id <> ALL ($3::uuid[]) AND webhooks.tenant <> ALL ($4::text[])
            LIMIT $1
        ))
        RETURNING id::text
        """,
        *(room.limit, room.each, room.other_than, room.not_of, room.lease_s),
    )
    return [row[0] for row in rows]


async def list_claimed(tx: Transaction, ids: Sequence[str]) -> list[Claimed]:
    """Give what was claimed, with what it is sent with."""
    rows = await tx.fetch(
        """
        SELECT webhook_deliveries.id::text, webhook_deliveries.tenant, webhook_id::text, tries, type, body, url, salt,
               proof, CASE WHEN former_until > now() THEN former_salt END AS former_salt
        FROM webhook_deliveries
        JOIN webhooks ON webhooks.id = webhook_id
        WHERE webhook_deliveries.id = ANY ($1::uuid[])
        ORDER BY webhook_deliveries.id
        """,
        ids,
    )
    return [Claimed(**row) for row in rows]


async def note_try(tx: Transaction, delivery_id: str, answered: Answered) -> None:
    """Write a try into the log, unless what was tried is gone."""
    await tx.execute(
        """
        INSERT INTO webhook_tries (tenant, delivery_id, response_status, response_start, latency_ms, error)
        SELECT tenant, id, $3, $4, $5, $6
        FROM webhook_deliveries
        WHERE tenant = $1 AND id = $2::uuid
        """,
        *(tx.tenant, delivery_id, answered.status, answered.start, answered.latency_ms, answered.error),
    )


async def settle(tx: Transaction, claimed: Claimed, answered: Answered, following: Next) -> None:
    """Note what came of a try, unless somebody else has the delivery in hand by now."""
    await tx.execute(
        """
        UPDATE webhook_deliveries
        SET status = $4,
            next_try_at = now() + make_interval(secs => $5::float8),
            ended_at = CASE WHEN $5::float8 IS NULL THEN now() END,
            response_status = $6,
            latency_ms = $7,
            error = $8
        WHERE tenant = $1 AND id = $2::uuid AND tries = $3 AND status = 'waiting'
        """,
        *(tx.tenant, claimed.id, claimed.tries, str(following.status), following.pause_s),
        *(answered.status, answered.latency_ms, answered.error),
    )
