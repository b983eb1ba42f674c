"""Where served answers are stored once, and found again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.api.inference import Inference
from feedback.store import claims, columns, days
from feedback.store.days import Day, Stored


class NewRow(NamedTuple):
    """An inference to store, in the order of the columns, so that rows become columns by `zip`; JSON is text."""

    tenant: str
    id: str
    task: str
    version_id: str | None
    unit: str | None
    session: str | None
    input: str | None
    output: str | None
    label: str | None
    confidence: float | None
    latency_ms: float | None
    tokens_in: int | None
    tokens_out: int | None
    cost_usd: float | None
    error: str | None
    occurred_at: datetime
    model: str | None = None


class Served(NamedTuple):
    """What was asked and answered, as JSON text."""

    input: str | None
    output: str | None
    confidence: float | None


class Labelled(NamedTuple):
    """Which version of a task answered what, and when."""

    task: str
    version_id: str | None
    label: str | None
    occurred_at: datetime


async def lock(tx: Transaction) -> None:
    """Wait until no other replica stores; plans are made anew each time, because a cached one outlives small tables."""
    await tx.execute(
        """
        SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.ingest')),
            set_config('plan_cache_mode', 'force_custom_plan', true)
        """
    )


async def insert(tx: Transaction, rows: Sequence[NewRow]) -> list[tuple[str, str]]:
    """Store what is new; give tenant and id of each that is."""
    spots = await claims.claim_inferences(tx, [row[:2] for row in rows])
    new = [row for row in rows if row[:2] in spots]
    if new:
        await _insert(tx, [(*row, *spots[row[:2]]) for row in new])
        stored = ((row, spots[row[:2]]) for row in new)
        noted = (Stored(row.tenant, row.task, spot.stored_at, spot.place, row.occurred_at) for row, spot in stored)
        await days.note(tx, days.INFERENCES, noted)
    return [row[:2] for row in new]


async def find_served(tx: Transaction, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Served]:
    """Give what was asked and answered in these inferences, by tenant and id."""
    found = await claims.find_inferences(tx, ids)
    if not found:
        return {}
    rows = await tx.fetch(
        """
        SELECT served.tenant, served.id, served.input, served.output, served.confidence
        FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS wanted (tenant, place, stored_at)
        CROSS JOIN LATERAL (
            SELECT tenant, id, input::text, output::text, confidence
            FROM inferences
            WHERE tenant = wanted.tenant AND place = wanted.place AND stored_at = wanted.stored_at
                AND stored_at BETWEEN ($3::timestamptz[])[1] AND ($3::timestamptz[])[cardinality($3)]
            LIMIT 1
        ) AS served
        """,
        *claims.columns(found),
    )
    return {(row[0], row[1]): Served(row[2], row[3], row[4]) for row in rows}


async def find_labels(tx: Transaction, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Labelled]:
    """Give which version answered what, and when, in these inferences, by tenant and id."""
    found = await claims.find_inferences(tx, ids)
    if not found:
        return {}
    rows = await tx.fetch(
        """
        SELECT about.tenant, about.id, about.task, about.version_id, about.label, about.occurred_at
        FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS wanted (tenant, place, stored_at)
        CROSS JOIN LATERAL (
            SELECT tenant, id, task, version_id, label, occurred_at
            FROM inferences
            WHERE tenant = wanted.tenant AND place = wanted.place AND stored_at = wanted.stored_at
                AND stored_at BETWEEN ($3::timestamptz[])[1] AND ($3::timestamptz[])[cardinality($3)]
            LIMIT 1
        ) AS about
        """,
        *claims.columns(found),
    )
    return {(row[0], row[1]): Labelled(*row[2:]) for row in rows}


async def find(tx: Transaction, inference_id: str) -> Inference | None:
    """Give one inference of the tenant."""
    found = await claims.find_inferences(tx, [(tx.tenant, inference_id)])
    row = await tx.fetchrow(
        """
        SELECT id, task, version_id, unit, session, input, output, confidence, latency_ms, tokens_in, tokens_out,
            cost_usd, error, occurred_at, stored_at, model
        FROM inferences
        WHERE tenant = ANY($1::text[]) AND place = ANY($2::bigint[]) AND stored_at = ANY($3::timestamptz[])
        """,
        *claims.columns(found),
    )
    return _inference(row) if row else None


async def list_(
    tx: Transaction, *, task: str | None, version_id: str | None, before: int | None, limit: int
) -> list[tuple[int, Inference]]:
    """Give inferences with their places, newest first."""
    found: list[tuple[int, Inference]] = []
    for day in await days.list_(tx, days.INFERENCES, task, before):
        found += await _list(tx, day, (task, version_id, before), limit - len(found))
        if len(found) == limit:
            break
    return found


async def _insert(tx: Transaction, rows: Iterable[tuple[Any, ...]]) -> None:
    await tx.execute(
        """
        INSERT INTO inferences (
            tenant, id, task, version_id, unit, session, input, output, label, confidence, latency_ms, tokens_in,
            tokens_out, cost_usd, error, occurred_at, model, place, stored_at
        )
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]::jsonb[],
            $8::text[]::jsonb[], $9::text[], $10::double precision[], $11::double precision[], $12::integer[],
            $13::integer[], $14::double precision[], $15::text[], $16::timestamptz[], $17::text[], $18::bigint[],
            $19::timestamptz[]
        )
        """,
        *columns.of(rows),
    )


async def _list(
    tx: Transaction, day: Day, wanted: tuple[str | None, str | None, int | None], limit: int
) -> list[tuple[int, Inference]]:
    rows = await tx.fetch(
        """
        SELECT place, id, task, version_id, unit, session, input, output, confidence, latency_ms, tokens_in, tokens_out,
            cost_usd, error, occurred_at, stored_at, model
        FROM inferences
        WHERE tenant = $1
            AND ($2::text IS NULL OR task = $2)
            AND ($3::text IS NULL OR version_id = $3)
            AND ($4::bigint IS NULL OR place < $4)
            AND stored_at >= $5 AND stored_at < $6
        ORDER BY place DESC
        LIMIT $7
        """,
        *(tx.tenant, *wanted, *day, limit),
    )
    return [(row["place"], _inference(row)) for row in rows]


def _inference(row: Any) -> Inference:  # noqa: ANN401 (asyncpg ships no types)
    return Inference.model_validate(dict(row))
