"""Where erasures are kept: who asked for them, how far they are, and what each service said."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.api.erasure import Erasure
from contracts.service import Service


class Sweep(NamedTuple):
    """How far an erasure is here: at which kind of rows, on which day, and after which of them."""

    names: Sequence[str]
    stage: str
    day: datetime
    after: str


async def keep_salt(tx: Transaction, new: bytes) -> None:
    """Keep a salt for the tenant, unless there is one."""
    await tx.execute(
        "INSERT INTO erasure_salts (tenant, salt) VALUES ($1, $2) ON CONFLICT DO NOTHING", *(tx.tenant, new)
    )


async def find_salt(tx: Transaction) -> bytes:
    """Give the tenant's salt."""
    return await tx.fetchval("SELECT salt FROM erasure_salts WHERE tenant = $1", tx.tenant)


async def insert(tx: Transaction, subject_hash: bytes, names: Sequence[str], count: int, refused_for: timedelta) -> str:
    """Begin an erasure of so many names, besides their hashes; give its id, or that of the same one under way."""
    return await tx.fetchval(
        """
        INSERT INTO erasures AS known (tenant, subject_hash, names, name_count, requested_by, refused_until)
        VALUES ($1, $2, $3, $4, $5, now() + $6)
        ON CONFLICT (tenant, subject_hash) WHERE completed_at IS NULL DO UPDATE
        SET subject_hash = known.subject_hash
        RETURNING id::text
        """,
        *(tx.tenant, subject_hash, names, count, tx.cause.actor, refused_for),
    )


async def expect(tx: Transaction, erasure_id: str, services: Sequence[Service]) -> None:
    """Note which services have to say that they are done."""
    await tx.execute(
        """
        INSERT INTO erasure_parts (tenant, erasure_id, service)
        SELECT $1, $2::uuid, unnest($3::text[])
        ON CONFLICT DO NOTHING
        """,
        *(tx.tenant, erasure_id, [str(each) for each in services]),
    )


async def list_(tx: Transaction, *, id: str | None = None, before: str | None = None, limit: int = 1) -> list[Erasure]:
    """Give erasures, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, CASE WHEN completed_at IS NULL THEN 'running' ELSE 'completed' END AS status,
            left(encode(subject_hash, 'hex'), 16) AS subject_hash, name_count AS names, requested_by, requested_at,
            refused_until, completed_at,
            extract(epoch FROM coalesce(completed_at, greatest(now(), requested_at)) - requested_at)::float8 AS seconds,
            (
                SELECT jsonb_agg(
                    jsonb_build_object('service', service, 'finished_at', finished_at, 'counts', counts)
                    ORDER BY array_position(ARRAY['feedback', 'trainer', 'registry'], service)
                )
                FROM erasure_parts
                WHERE erasure_parts.tenant = erasures.tenant AND erasure_id = erasures.id
            ) AS parts
        FROM erasures
        WHERE tenant = $1 AND ($2::uuid IS NULL OR id = $2) AND ($3::uuid IS NULL OR id < $3)
        ORDER BY erasures.id DESC
        LIMIT $4
        """,
        *(tx.tenant, id, before, limit),
    )
    return [_erasure(row) for row in rows]


async def names(tx: Transaction, erasure_id: str) -> Sequence[str] | None:
    """Give the names of an erasure, none of them if it is completed; None if there is no such erasure."""
    return await tx.fetchval("SELECT names FROM erasures WHERE tenant = $1 AND id = $2::uuid", *(tx.tenant, erasure_id))


async def due(tx: Transaction) -> list[tuple[str, str]]:
    """Give tenant and id of erasures that this service has not finished: the oldest of each tenant come first."""
    rows = await tx.fetch(
        """
        SELECT tenant, id::text
        FROM erasures
        WHERE stage <> 'done'
        ORDER BY row_number() OVER (PARTITION BY tenant ORDER BY requested_at), requested_at
        LIMIT 100
        """
    )
    return [(row[0], row[1]) for row in rows]


async def take(tx: Transaction, erasure_id: str) -> Sweep | None:
    """Lock an erasure that is not finished here, unless another replica has it; say how far it is."""
    row = await tx.fetchrow(
        """
        SELECT names, stage, day, after
        FROM erasures
        WHERE tenant = $1 AND id = $2::uuid AND stage <> 'done'
        FOR UPDATE SKIP LOCKED
        """,
        *(tx.tenant, erasure_id),
    )
    return Sweep(*row) if row else None


async def move(tx: Transaction, erasure_id: str, sweep: Sweep) -> None:
    """Note how far it is now."""
    await tx.execute(
        "UPDATE erasures SET stage = $3, day = $4, after = $5 WHERE tenant = $1 AND id = $2::uuid",
        *(tx.tenant, erasure_id, sweep.stage, sweep.day, sweep.after),
    )


async def add(tx: Transaction, erasure_id: str, service: Service, counts: Mapping[str, int]) -> None:
    """Add to what a service has erased."""
    await tx.execute(
        """
        UPDATE erasure_parts
        SET counts = counts || (
            SELECT coalesce(jsonb_object_agg(key, value::bigint + coalesce((counts ->> key)::bigint, 0)), '{}')
            FROM jsonb_each_text($4)
        )
        WHERE tenant = $1 AND erasure_id = $2::uuid AND service = $3
        """,
        *(tx.tenant, erasure_id, str(service), dict(counts)),
    )


async def lock(tx: Transaction, erasure_id: str) -> None:
    """Wait until no other service's word on an erasure is being noted, so that the last one is known to be the last."""
    await tx.execute("SELECT FROM erasures WHERE tenant = $1 AND id = $2::uuid FOR UPDATE", *(tx.tenant, erasure_id))


async def finish(tx: Transaction, erasure_id: str, service: Service) -> bool:
    """Note that a service is done; say whether that was new."""
    return bool(
        await tx.fetchval(
            """
            UPDATE erasure_parts
            SET finished_at = now()
            WHERE tenant = $1 AND erasure_id = $2::uuid AND service = $3 AND finished_at IS NULL
            RETURNING true
            """,
            *(tx.tenant, erasure_id, str(service)),
        )
    )


async def complete(tx: Transaction, erasure_id: str) -> bool:
    """Forget the names if every service is done; say whether that was so, and new."""
    return bool(
        await tx.fetchval(
            """
            UPDATE erasures
            SET completed_at = now(), names = '{}'
            WHERE tenant = $1 AND id = $2::uuid AND completed_at IS NULL
                AND NOT EXISTS (
                    SELECT
                    FROM erasure_parts
                    WHERE erasure_parts.tenant = $1 AND erasure_id = $2::uuid AND finished_at IS NULL
                )
            RETURNING true
            """,
            *(tx.tenant, erasure_id),
        )
    )


def _erasure(row: Any) -> Erasure:  # noqa: ANN401 (asyncpg ships no types)
    return Erasure.model_validate(dict(row))
