"""Where it is kept what the answers and opinions that count in a phase add up to, by version."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chassis.database import Transaction
from feedback.store.exposures import Tally, Told, UnitKey


class PhaseTotals(NamedTuple):
    """The totals of the answers of a version in a phase."""

    version_id: str
    answers: int
    errors: int
    latencies: int
    latency_us: int
    confidences: int
    confidence_micro: int
    costs: int
    cost_nano_usd: int


async def add(tx: Transaction, units: Mapping[UnitKey, Tally], outcomes: Mapping[tuple[UnitKey, str], Told]) -> None:
    """Add what is added to units to the sums of their phases and versions."""
    totals: dict[tuple[str, ...], Sequence[int]] = {}
    for key, tally in units.items():
        _, *numbers, _ = tally.columns()
        _add(totals, (key.tenant, key.phase_id, tally.version_id), [int(each) for each in numbers])
    said: dict[tuple[str, ...], Sequence[int]] = {}
    for (key, metric), told in outcomes.items():
        _add(said, (key.tenant, key.phase_id, told.version_id, metric), [told.count, told.total_nano])
    if totals:
        await _add_totals(tx, totals)
    if said:
        await _add_outcomes(tx, said)


async def of(tx: Transaction, phase_id: str) -> list[PhaseTotals]:
    """Give the totals of each version of a phase."""
    rows = await tx.fetch(
        """
        SELECT version_id, answers, errors, latencies, latency_us, confidences, confidence_micro, costs, cost_nano_usd
        FROM phase_sums
        WHERE tenant = $1 AND phase_id = $2
        ORDER BY version_id
        """,
        *(tx.tenant, phase_id),
    )
    return [PhaseTotals(row[0], *map(int, row[1:])) for row in rows]


async def outcomes_of(tx: Transaction, phase_id: str) -> list[tuple[str, str, int, int]]:
    """Give version, metric, count and total in thousand-millionths of what opinions say in a phase."""
    rows = await tx.fetch(
        """
        SELECT version_id, metric, count, total_nano
        FROM phase_outcome_sums
        WHERE tenant = $1 AND phase_id = $2 AND count > 0
        ORDER BY version_id, metric
        """,
        *(tx.tenant, phase_id),
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in rows]


def _add(sums: dict[tuple[str, ...], Sequence[int]], key: tuple[str, ...], numbers: Sequence[int]) -> None:
    known = sums.get(key)
    sums[key] = numbers if known is None else [one + other for one, other in zip(known, numbers, strict=True)]


async def _add_totals(tx: Transaction, totals: Mapping[tuple[str, ...], Sequence[int]]) -> None:
    await tx.execute(
        """
        INSERT INTO phase_sums AS known (
            tenant, phase_id, version_id, answers, errors, latencies, latency_us, confidences, confidence_micro, costs,
            cost_nano_usd
        )
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::numeric[]
        )
        ON CONFLICT (tenant, phase_id, version_id) DO UPDATE
        SET answers = known.answers + excluded.answers, errors = known.errors + excluded.errors,
            latencies = known.latencies + excluded.latencies, latency_us = known.latency_us + excluded.latency_us,
            confidences = known.confidences + excluded.confidences, costs = known.costs + excluded.costs,
            confidence_micro = known.confidence_micro + excluded.confidence_micro,
            cost_nano_usd = known.cost_nano_usd + excluded.cost_nano_usd
        """,
        *zip(*((*key, *totals[key]) for key in sorted(totals)), strict=True),
    )


async def _add_outcomes(tx: Transaction, outcomes: Mapping[tuple[str, ...], Sequence[int]]) -> None:
    await tx.execute(
        """
        INSERT INTO phase_outcome_sums AS known (tenant, phase_id, version_id, metric, count, total_nano)
        SELECT *
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::numeric[])
        ON CONFLICT (tenant, phase_id, version_id, metric) DO UPDATE
        SET count = known.count + excluded.count, total_nano = known.total_nano + excluded.total_nano
        """,
        *zip(*((*key, *outcomes[key]) for key in sorted(outcomes)), strict=True),
    )
