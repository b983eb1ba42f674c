"""Where it is kept what the tokens of models cost."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction


class Set(NamedTuple):
    """A price as it was set, in the order of the columns; without a time it holds from the beginning."""

    tenant: str
    model: str
    since: datetime | None
    input_nano_per_1m: int
    output_nano_per_1m: int
    set_by: str
    set_at: datetime


async def of(tx: Transaction, models: Sequence[tuple[str, str]]) -> list[Set]:
    """Give all prices of models, by tenant and model."""
    rows = await tx.fetch(
        """
        SELECT tenant, model, nullif(since, '-infinity'), input_nano_per_1m, output_nano_per_1m, set_by, set_at
        FROM prices
        WHERE (tenant, model) IN (SELECT * FROM unnest($1::text[], $2::text[]))
        ORDER BY tenant, model, prices.since
        """,
        *zip(*models, strict=True),
    )
    return [Set(*row) for row in rows]


async def list_(tx: Transaction) -> list[Set]:
    """Give all prices of the tenant."""
    rows = await tx.fetch(
        """
        SELECT tenant, model, nullif(since, '-infinity'), input_nano_per_1m, output_nano_per_1m, set_by, set_at
        FROM prices
        WHERE tenant = $1
        ORDER BY model, prices.since
        """,
        tx.tenant,
    )
    return [Set(*row) for row in rows]


async def set_(tx: Transaction, model: str, since: datetime, rates: tuple[int, int]) -> None:
    """Set the price of a model from a time on."""
    await tx.execute(
        """
        INSERT INTO prices (tenant, model, since, input_nano_per_1m, output_nano_per_1m, set_by)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant, model, since) DO UPDATE
        SET input_nano_per_1m = excluded.input_nano_per_1m, output_nano_per_1m = excluded.output_nano_per_1m,
            set_by = excluded.set_by, set_at = now()
        """,
        *(tx.tenant, model, since, *rates, tx.cause.actor),
    )


async def delete(tx: Transaction, model: str) -> int:
    """Forget the prices of a model; give how many there were."""
    rows = await tx.fetch("DELETE FROM prices WHERE tenant = $1 AND model = $2 RETURNING since", tx.tenant, model)
    return len(rows)


async def count(tx: Transaction) -> int:
    """Count the prices of the tenant."""
    return await tx.fetchval("SELECT count(*) FROM prices WHERE tenant = $1", tx.tenant)
