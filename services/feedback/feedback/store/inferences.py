"""Where served answers are stored once, and found again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.api.inference import Inference


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


class Served(NamedTuple):
    """What was asked and answered, as JSON text."""

    input: str | None
    output: str | None
    confidence: float | None


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
    stored = await tx.fetch(
        """
        INSERT INTO inferences (
            tenant, id, task, version_id, unit, session, input, output, label, confidence, latency_ms, tokens_in,
            tokens_out, cost_usd, error, occurred_at
        )
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]::jsonb[],
            $8::text[]::jsonb[], $9::text[], $10::double precision[], $11::double precision[], $12::integer[],
            $13::integer[], $14::double precision[], $15::text[], $16::timestamptz[]
        )
        ON CONFLICT DO NOTHING
        RETURNING tenant, id
        """,
        *zip(*rows, strict=True),
    )
    return [(row[0], row[1]) for row in stored]


async def find_served(tx: Transaction, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Served]:
    """Give what was asked and answered in these inferences, by tenant and id."""
    rows = await tx.fetch(
        """
        SELECT wanted.tenant, wanted.id, served.input, served.output, served.confidence
        FROM unnest($1::text[], $2::text[]) AS wanted (tenant, id)
        CROSS JOIN LATERAL (
            SELECT input::text, output::text, confidence
            FROM inferences
            WHERE tenant = wanted.tenant AND id = wanted.id
            LIMIT 1
        ) AS served
        """,
        *zip(*ids, strict=True),
    )
    return {(row[0], row[1]): Served(row[2], row[3], row[4]) for row in rows}


async def find(tx: Transaction, inference_id: str) -> Inference | None:
    """Give one inference of the tenant."""
    row = await tx.fetchrow(
        """
        SELECT id, task, version_id, unit, session, input, output, confidence, latency_ms, tokens_in, tokens_out,
            cost_usd, error, occurred_at, stored_at
        FROM inferences
        WHERE tenant = $1 AND id = $2
        """,
        tx.tenant,
        inference_id,
    )
    return _inference(row) if row else None


async def list_(
    tx: Transaction, *, task: str | None, version_id: str | None, before: int | None, limit: int
) -> list[tuple[int, Inference]]:
    """Give inferences with their places, newest first."""
    rows = await tx.fetch(
        """
        SELECT place, id, task, version_id, unit, session, input, output, confidence, latency_ms, tokens_in, tokens_out,
            cost_usd, error, occurred_at, stored_at
        FROM inferences
        WHERE tenant = $1
            AND ($2::text IS NULL OR task = $2)
            AND ($3::text IS NULL OR version_id = $3)
            AND ($4::bigint IS NULL OR place < $4)
        ORDER BY place DESC
        LIMIT $5
        """,
        tx.tenant,
        task,
        version_id,
        before,
        limit,
    )
    return [(row["place"], _inference(row)) for row in rows]


def _inference(row: Any) -> Inference:  # noqa: ANN401 (asyncpg ships no types)
    return Inference.model_validate(dict(row))
