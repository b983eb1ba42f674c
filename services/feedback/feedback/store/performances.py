"""Where what came of the units of a phase is summed up by version; each unit counts once, with its mean."""

from collections.abc import Sequence
from typing import NamedTuple

from chassis.database import Transaction
from feedback.store.phases import PhaseKey

_OF_ANSWERS = ("error_rate", "latency_ms", "confidence", "cost_usd")
MOST_OUTCOMES = 1000


class Sum(NamedTuple):
    """A metric of a version: its units, the sum of their values and of the squares of these."""

    version_id: str
    metric: str
    units: int
    total: float
    squares: float


class Answered(NamedTuple):
    """The units of a version with at least one answer, what these say, and the units that only strayed."""

    version_id: str
    units: int
    strayed: int
    sums: tuple[Sum, ...]


class Logarithmic(NamedTuple):
    """How values fall into buckets: the logarithm of their growth, and the value below which all are alike."""

    growth: float
    least: float


async def of_answers(tx: Transaction, key: PhaseKey) -> list[Answered]:
    """Sum up what answers say, by version."""
    rows = await tx.fetch(
        """
        SELECT version_id, count(*) FILTER (WHERE answers > 0), count(*) FILTER (WHERE answers = 0), count(errors),
            sum(errors), sum(errors * errors), count(latency), sum(latency), sum(latency * latency),
            count(confidence), sum(confidence), sum(confidence * confidence), count(cost), sum(cost), sum(cost * cost)
        FROM (
            SELECT version_id, answers, errors::double precision / nullif(answers, 0) AS errors,
                latency_us::double precision / 1000 / nullif(latencies, 0) AS latency,
                confidence_micro::double precision / 1000000 / nullif(confidences, 0) AS confidence,
                cost_nano_usd::double precision / 1000000000 / nullif(costs, 0) AS cost
            FROM exposures
            WHERE tenant = $1 AND phase_id = $2 AND (answers > 0 OR strayed > 0)
        ) AS means
        GROUP BY version_id
        """,
        *key,
    )
    return [Answered(row[0], row[1], row[2], _sums(row[0], row[3:])) for row in rows]


async def of_outcomes(tx: Transaction, key: PhaseKey, own: Sequence[str]) -> list[Sum]:
    """Sum up what opinions say: Ratchet's own metrics first, then the outcomes with the most units."""
    rows = await tx.fetch(
        """
        SELECT version_id, metric, count(*), sum(value), sum(value * value)
        FROM (
            SELECT version_id, metric, total_nano::double precision / 1000000000 / count AS value
            FROM exposure_outcomes
            WHERE tenant = $1 AND phase_id = $2 AND count > 0
        ) AS means
        GROUP BY version_id, metric
        ORDER BY metric = ANY($3::text[]) DESC, count(*) DESC, metric, version_id
        LIMIT $4
        """,
        *(*key, own, MOST_OUTCOMES),
    )
    return [Sum(*row) for row in rows]


async def of_latencies(tx: Transaction, key: PhaseKey, buckets: Logarithmic) -> list[tuple[str, int, int]]:
    """Count units by version and the bucket of their mean latency."""
    rows = await tx.fetch(
        """
        SELECT version_id,
            ceil(ln(greatest($4, latency_us::double precision / 1000 / latencies)) / $3::double precision)::integer
                AS bucket,
            count(*)
        FROM exposures
        WHERE tenant = $1 AND phase_id = $2 AND latencies > 0
        GROUP BY version_id, bucket
        """,
        *(*key, *buckets),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _sums(version_id: str, columns: Sequence[float]) -> tuple[Sum, ...]:
    threes = (columns[start : start + 3] for start in range(0, len(columns), 3))
    return tuple(
        Sum(version_id, metric, int(units), total, squares)
        for metric, (units, total, squares) in zip(_OF_ANSWERS, threes, strict=True)
        if units
    )
