"""Where the shapes of inputs and outputs are kept: counts by day, of a bounded number of buckets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from chassis.database import Transaction


class Bucket(NamedTuple):
    """One bucket of one feature of a task's day; the version is '' for inputs, the field '' where there is none."""

    tenant: str
    task: str
    day: date
    feature: str
    field: str
    version_id: str
    number: int


class DayShape(NamedTuple):
    """What is counted of one feature on one day."""

    day: date
    feature: str
    field: str
    counts: Mapping[int, int]


async def add(tx: Transaction, counts: Mapping[Bucket, int]) -> None:
    """Add a batch to the days: a row a feature, whose buckets are merged."""
    rows: defaultdict[tuple[str, str, date, str, str, str], dict[int, int]] = defaultdict(dict)
    for bucket, count in counts.items():
        rows[bucket[:6]][bucket.number] = count
    await tx.execute(
        """
        INSERT INTO shape_days AS known (tenant, task, day, feature, field, version_id, buckets, counts)
        SELECT tenant, task, day, feature, field, version_id, buckets::smallint[], counts::bigint[]
        FROM unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
            AS new (tenant, task, day, feature, field, version_id, buckets, counts)
        ON CONFLICT (tenant, task, day, feature, field, version_id) DO UPDATE
        SET (buckets, counts) = (
            SELECT array_agg(bucket), array_agg(count)
            FROM (
                SELECT bucket, sum(count)::bigint AS count
                FROM unnest(known.buckets || excluded.buckets, known.counts || excluded.counts) AS each (bucket, count)
                GROUP BY bucket
            ) AS summed
        )
        """,
        *zip(*((*feature, _array(found), _array(found.values())) for feature, found in rows.items()), strict=True),
    )


async def drop_beyond(tx: Transaction, days: set[tuple[str, str, date]], *, most: int) -> None:
    """Keep of each task's day the fields whose hashes come first: the same ones, in whatever order they came."""
    await tx.execute(
        """
        DELETE FROM shape_days AS known
        USING (
            SELECT tenant, task, day, field,
                row_number() OVER (
                    PARTITION BY tenant, task, day
                    ORDER BY sha256(convert_to(field, 'UTF8'))
                ) AS place
            FROM shape_days
            WHERE (tenant, task, day) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::date[]))
                AND feature = 'kind'
            GROUP BY tenant, task, day, field
        ) AS ranked
        WHERE ranked.place > $4
            AND known.tenant = ranked.tenant
            AND known.task = ranked.task
            AND known.day = ranked.day
            AND known.field = ranked.field
        """,
        *zip(*days, strict=True),
        most,
    )


async def between(
    tx: Transaction, *, tenant: str, task: str, version_id: str, days: tuple[date, date]
) -> list[DayShape]:
    """Give what was counted from a day to another, both included, of inputs (version '') or a version's outputs."""
    rows = await tx.fetch(
        """
        SELECT day, feature, field, buckets, counts
        FROM shape_days
        WHERE tenant = $1 AND task = $2 AND version_id = $3 AND day BETWEEN $4 AND $5
        ORDER BY day
        """,
        *(tenant, task, version_id, *days),
    )
    return [DayShape(row[0], row[1], row[2], dict(zip(row[3], row[4], strict=True))) for row in rows]


async def forget(tx: Transaction, *, before: date, after: date) -> None:
    """Forget the days that nothing is compared with any more, and days that nobody can have seen yet."""
    await tx.execute("DELETE FROM shape_days WHERE day < $1 OR day > $2", before, after)


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"
