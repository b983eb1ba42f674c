"""Where it is kept what came of each unit in a phase."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from chassis.database import Transaction


class UnitKey(NamedTuple):
    """A unit in a phase."""

    tenant: str
    phase_id: str
    unit: str


@dataclass(slots=True)
class Tally:
    """What the answers to a unit add up to, in the order of the columns, in whole numbers.

    ``strayed`` counts answers of another version than the unit's while the route was settling.
    """

    version_id: str
    answers: int = 0
    errors: int = 0
    latencies: int = 0
    latency_us: int = 0
    confidences: int = 0
    confidence_micro: int = 0
    costs: int = 0
    cost_nano_usd: int = 0
    strayed: int = 0

    def columns(self) -> tuple[str | int, ...]:
        """Give the columns in their order."""
        return (
            self.version_id, self.answers, self.errors, self.latencies, self.latency_us, self.confidences,
            self.confidence_micro, self.costs, self.cost_nano_usd, self.strayed,
        )  # fmt: skip


@dataclass(slots=True)
class Told:
    """What the opinions about a unit's answers say of one metric."""

    version_id: str
    count: int = 0
    total_nano: int = 0


async def add(tx: Transaction, units: Mapping[UnitKey, Tally]) -> None:
    """Add answers to their units."""
    await tx.execute(
        """
        INSERT INTO exposures AS known (
            tenant, phase_id, unit, version_id, answers, errors, latencies, latency_us, confidences, confidence_micro,
            costs, cost_nano_usd, strayed
        )
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::numeric[], $13::bigint[]
        )
        ON CONFLICT (tenant, phase_id, unit) DO UPDATE
        SET answers = known.answers + excluded.answers, errors = known.errors + excluded.errors,
            latencies = known.latencies + excluded.latencies, latency_us = known.latency_us + excluded.latency_us,
            confidences = known.confidences + excluded.confidences,
            confidence_micro = known.confidence_micro + excluded.confidence_micro,
            costs = known.costs + excluded.costs, cost_nano_usd = known.cost_nano_usd + excluded.cost_nano_usd,
            strayed = known.strayed + excluded.strayed
        """,
        *zip(*((*key, *units[key].columns()) for key in sorted(units)), strict=True),
    )


async def add_outcomes(tx: Transaction, outcomes: Mapping[tuple[UnitKey, str], Told]) -> None:
    """Add what opinions say to the units of their answers."""
    await tx.execute(
        """
        INSERT INTO exposure_outcomes AS known (tenant, phase_id, unit, metric, version_id, count, total_nano)
        SELECT *
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::numeric[])
        ON CONFLICT (tenant, phase_id, unit, metric) DO UPDATE
        SET count = known.count + excluded.count, total_nano = known.total_nano + excluded.total_nano
        """,
        *zip(*((*key, metric, *_columns(outcomes[key, metric])) for key, metric in sorted(outcomes)), strict=True),
    )


def _columns(told: Told) -> tuple[str, int, int]:
    return told.version_id, told.count, told.total_nano
