"""Where the answer to a request with an idempotency key is kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chassis.database import Transaction


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered to a request with an idempotency key."""

    request: bytes
    status: int
    body: bytes


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
