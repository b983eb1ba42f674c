"""Where the SQL of settings and of their history is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import EVERY_TENANT, Transaction
from contracts.api.setting import SettingChanged


@dataclass(frozen=True, slots=True)
class NewChange:
    """A setting that gets another value; None takes back what was set."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Latest:
    """What was set last for the platform or for a tenant; None if it was taken back."""

    tenant: str
    name: str
    value: Any
    number: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are looked for; None means any."""

    places: list[str]
    name: str | None
    before: int | None


async def lock(tx: Transaction) -> None:
    """Wait until nobody else changes or spreads settings, so that all hear of changes in their order."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.settings'))")


async def insert(tx: Transaction, place: str, change: NewChange) -> None:
    await tx.execute(
        """
        INSERT INTO setting_changes (tenant, name, old, new, by, request_id)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        *(place, change.name, change.old, change.new, tx.cause.actor, tx.cause.correlation_id),
    )


async def list_latest(tx: Transaction, tenant: str) -> list[Latest]:
    """Give what was set last for the platform and for a tenant."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT ON (tenant, name) tenant, name, new AS value, number, by, at
        FROM setting_changes
        WHERE tenant IN ($1, $2)
        ORDER BY tenant, name, number DESC
        """,
        *(tenant, EVERY_TENANT),
    )
    return [Latest(**row) for row in rows]


async def list_every_latest(tx: Transaction) -> list[Latest]:
    """Give what was set last everywhere."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT ON (tenant, name) tenant, name, new AS value, number, by, at
        FROM setting_changes
        ORDER BY tenant, name, number DESC
        """
    )
    return [Latest(**row) for row in rows]


async def list_(tx: Transaction, wanted: Wanted, *, limit: int) -> list[SettingChanged]:
    """Give changes, newest first."""
    rows = await tx.fetch(
        """
        SELECT number, name, CASE tenant WHEN $1 THEN 'platform' ELSE 'tenant' END AS scope, old, new, by, at,
            request_id
        FROM setting_changes
        WHERE tenant = ANY ($2::text[])
          AND ($3::text IS NULL OR name = $3)
          AND ($4::bigint IS NULL OR number < $4)
        ORDER BY number DESC
        LIMIT $5
        """,
        *(EVERY_TENANT, wanted.places, wanted.name, wanted.before, limit),
    )
    return [SettingChanged.model_validate(dict(row)) for row in rows]
