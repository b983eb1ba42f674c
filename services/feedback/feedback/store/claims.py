"""Where ids and keys are claimed, each once, and it is said where their rows are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction

Key = tuple[str, str]
"""A tenant, and an id or a key of its own."""


class Spot(NamedTuple):
    """Where a row is: `stored_at` says in which partition, `place` where in it."""

    place: int
    stored_at: datetime


class Found(NamedTuple):
    """Where an inference, or an opinion about it, is."""

    tenant: str
    inference_id: str
    place: int
    stored_at: datetime
    superseded: bool = False


async def claim_inferences(tx: Transaction, ids: Sequence[Key]) -> dict[Key, Spot]:
    """Claim ids, by tenant; give the spots of those that are new.

    Who claims has waited for its turn, so that the clock is read now and not when the transaction began: places rise
    with the time, also over midnight.
    """
    rows = await tx.fetch(
        """
        INSERT INTO inference_claims (tenant, id, stored_at)
        SELECT tenant, id, (SELECT clock_timestamp()) FROM unnest($1::text[], $2::text[]) AS sent (tenant, id)
        ON CONFLICT DO NOTHING
        RETURNING tenant, id, place, stored_at
        """,
        *zip(*ids, strict=True),
    )
    return {(row[0], row[1]): Spot(row[2], row[3]) for row in rows}


async def claim_opinions(tx: Transaction, keys: Sequence[tuple[str, str, str | None, str]]) -> dict[Key, Spot]:
    """Claim keys, by tenant, with the inference that each is about and its metric; give the spots of the new ones."""
    rows = await tx.fetch(
        """
        INSERT INTO feedback_claims (tenant, key, inference_id, metric, stored_at)
        SELECT tenant, key, inference_id, metric, (SELECT clock_timestamp())
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS sent (tenant, key, inference_id, metric)
        ON CONFLICT DO NOTHING
        RETURNING tenant, key, place, stored_at
        """,
        *zip(*keys, strict=True),
    )
    return {(row[0], row[1]): Spot(row[2], row[3]) for row in rows}


async def find_inferences(tx: Transaction, ids: Sequence[Key]) -> list[Found]:
    """Say where inferences are, by tenant and id."""
    rows = await tx.fetch(
        """
        SELECT wanted.tenant, wanted.id, found.place, found.stored_at
        FROM unnest($1::text[], $2::text[]) AS wanted (tenant, id)
        CROSS JOIN LATERAL (
            SELECT place, stored_at
            FROM inference_claims
            WHERE tenant = wanted.tenant AND id = wanted.id
            LIMIT 1
        ) AS found
        """,
        *zip(*ids, strict=True),
    )
    return [Found(*row) for row in rows]


async def hold_inference(tx: Transaction, inference_id: str) -> None:
    """Keep an inference of the tenant from being erased before the transaction ends, or wait until it was."""
    await tx.execute(
        "SELECT FROM inference_claims WHERE tenant = $1 AND id = $2 FOR KEY SHARE", *(tx.tenant, inference_id)
    )


async def find_opinions_about(tx: Transaction, ids: Sequence[Key]) -> list[Found]:
    """Say where the opinions about inferences are, whether these came or not."""
    rows = await tx.fetch(
        """
        SELECT wanted.tenant, wanted.id, found.place, found.stored_at, found.superseded
        FROM unnest($1::text[], $2::text[]) AS wanted (tenant, id)
        CROSS JOIN LATERAL (
            SELECT place, stored_at, superseded
            FROM feedback_claims
            WHERE tenant = wanted.tenant AND inference_id = wanted.id
            OFFSET 0
        ) AS found
        """,
        *zip(*ids, strict=True),
    )
    return [Found(*row) for row in rows]


async def find_standing_about(tx: Transaction, ids: Sequence[Key]) -> list[Found]:
    """Say where the opinions about inferences are that are not superseded."""
    rows = await tx.fetch(
        """
        SELECT wanted.tenant, wanted.id, found.place, found.stored_at
        FROM unnest($1::text[], $2::text[]) AS wanted (tenant, id)
        CROSS JOIN LATERAL (
            SELECT place, stored_at
            FROM feedback_claims
            WHERE tenant = wanted.tenant AND inference_id = wanted.id
                AND NOT superseded
            OFFSET 0
        ) AS found
        """,
        *zip(*ids, strict=True),
    )
    return [Found(*row) for row in rows]


async def find_standing_of(tx: Transaction, told: Sequence[tuple[str, str, str]]) -> list[Found]:
    """Say where the opinions about inferences are that are not superseded and report a metric, or none if it is ''."""
    rows = await tx.fetch(
        """
        SELECT wanted.tenant, wanted.id, found.place, found.stored_at
        FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (tenant, id, metric)
        CROSS JOIN LATERAL (
            SELECT place, stored_at
            FROM feedback_claims
            WHERE tenant = wanted.tenant AND inference_id = wanted.id AND metric = wanted.metric
                AND NOT superseded
            OFFSET 0
        ) AS found
        """,
        *zip(*told, strict=True),
    )
    return [Found(*row) for row in rows]


async def supersede(tx: Transaction, turned: Mapping[Key, bool]) -> None:
    """Note which opinions are superseded, and which are no longer."""
    await tx.execute(
        """
        UPDATE feedback_claims AS known
        SET superseded = turned.superseded
        FROM unnest($1::text[], $2::text[], $3::boolean[]) AS turned (tenant, key, superseded)
        WHERE (known.tenant, known.key) = (turned.tenant, turned.key)
        """,
        *zip(*((*id, superseded) for id, superseded in turned.items()), strict=True),
    )


def by_time(found: Iterable[Found]) -> list[Found]:
    """Sort by the time of storage: the first and the last tell which partitions have to do with them."""
    return sorted(found, key=lambda each: each.stored_at)


def columns(found: Iterable[Found]) -> tuple[list[str], list[int], list[datetime]]:
    """Give tenants, places and times of storage as columns, by time, by which rows are found in their partitions."""
    rows = by_time(found)
    return [row.tenant for row in rows], [row.place for row in rows], [row.stored_at for row in rows]
