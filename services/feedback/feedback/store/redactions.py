"""Where the redaction rules of each tenant are kept, with the key for its hashes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.database import Transaction
from contracts.api.redaction import Redaction, RedactionRules


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a tenant's rules."""

    redaction: Redaction
    hash_key: bytes


async def of(tx: Transaction, tenants: Iterable[str]) -> Mapping[str, Kept]:
    """Give the rules of tenants; those that set none are missing."""
    rows = await tx.fetch(
        """
        SELECT tenant, rules, hash_key, set_by, set_at
        FROM redactions
        WHERE tenant = ANY($1::text[])
        """,
        sorted(tenants),
    )
    return {row["tenant"]: Kept(_redaction(row), row["hash_key"]) for row in rows}


async def set_(tx: Transaction, rules: RedactionRules, new_key: bytes) -> Redaction:
    """Set the rules of a tenant; the key that it had first stays, so that its hashes stay comparable."""
    set_at = await tx.fetchval(
        """
        INSERT INTO redactions (tenant, rules, hash_key, set_by)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant) DO UPDATE
        SET rules = excluded.rules, set_by = excluded.set_by, set_at = now()
        RETURNING set_at
        """,
        *(tx.tenant, rules.model_dump(mode="json"), new_key, tx.cause.actor),
    )
    return Redaction(rules=rules.rules, set_by=tx.cause.actor, set_at=set_at)


def _redaction(row: Any) -> Redaction:  # noqa: ANN401 (asyncpg ships no types)
    return Redaction.model_validate(row["rules"] | {"set_by": row["set_by"], "set_at": row["set_at"]})
