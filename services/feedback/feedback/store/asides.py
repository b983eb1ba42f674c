"""Where it is kept how many opinions stand aside, by hour."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chassis.database import Transaction


class Why(StrEnum):
    """Why an opinion stands aside: it came too late, or it was said again later."""

    LATE = "late"
    SUPERSEDED = "superseded"


class Aside(NamedTuple):
    """Opinions of one hour of one version of a task that stand aside; the version is '' where it is unknown."""

    tenant: str
    task: str
    version_id: str
    hour: datetime
    why: str


async def add(tx: Transaction, counts: Mapping[Aside, int]) -> None:
    """Add to the counts of hours, and to those of all time."""
    await tx.execute(
        """
        WITH added AS (
            SELECT *
            FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::bigint[])
                AS added (tenant, task, version_id, hour, why, count)
        )
        INSERT INTO aside_hours AS known (tenant, task, version_id, hour, why, count)
        SELECT tenant, task, version_id, hour, why, count FROM added
        UNION ALL
        SELECT tenant, task, version_id, '-infinity', why, sum(count) FROM added GROUP BY tenant, task, version_id, why
        ON CONFLICT (tenant, hour, task, version_id, why) DO UPDATE
        SET count = known.count + excluded.count
        """,
        *zip(*((*aside, counts[aside]) for aside in sorted(counts)), strict=True),
    )


async def count(
    tx: Transaction, *, task: str | None, version_id: str | None, since: datetime | None
) -> Mapping[Why, int]:
    """Count the opinions of the tenant that stand aside, since an hour or ever."""
    rows = await tx.fetch(
        """
        SELECT why, sum(count)::bigint
        FROM aside_hours
        WHERE tenant = $1
            AND ($2::text IS NULL OR task = $2)
            AND ($3::text IS NULL OR version_id = $3)
            AND (hour >= $4 OR ($4::timestamptz IS NULL AND hour = '-infinity'))
        GROUP BY why
        """,
        *(tx.tenant, task, version_id, since),
    )
    return dict.fromkeys(Why, 0) | {Why(row[0]): row[1] for row in rows}
