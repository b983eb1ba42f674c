"""Where it is said what is summed up of a stretch of time, in whole numbers, so that order cannot matter."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


class Grain(StrEnum):
    """How long the stretches are that sums are kept of, from the shortest."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class Minute(NamedTuple):
    """One minute of one version of a task, in which things are counted; the version is '' where it is unknown."""

    tenant: str
    task: str
    version_id: str
    at: datetime


class Slot(NamedTuple):
    """One stretch of time of one version of a task, in the order of the columns."""

    tenant: str
    task: str
    grain: str
    at: datetime
    version_id: str


class Piece(NamedTuple):
    """Stretches of one grain, from a moment up to, but without, another."""

    grain: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class Totals:
    """What is counted of a version, in the order of the columns; ``parked`` are opinions without their inference."""

    inferences: int = 0
    errors: int = 0
    confidences: int = 0
    confidence_micro: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    costs: int = 0
    cost_nano_usd: int = 0
    feedback: int = 0
    positive: int = 0
    negative: int = 0
    judged: int = 0
    judged_right: int = 0
    conversations: int = 0
    successes: int = 0
    success_nano: int = 0
    parked: int = 0


@dataclass(slots=True)
class OfLabel:
    """What is counted of a label: as a prediction, and ``corrected`` as the right answer."""

    inferences: int = 0
    errors: int = 0
    confidences: int = 0
    confidence_micro: int = 0
    judged: int = 0
    judged_right: int = 0
    positive: int = 0
    negative: int = 0
    corrected: int = 0


@dataclass(slots=True)
class Said:
    """What opinions of one operation, source and verdict add up to."""

    count: int = 0
    used_told: int = 0
    used: int = 0
    helpful_told: int = 0
    helpful: int = 0
    scores: int = 0
    score_nano: int = 0


@dataclass(slots=True)
class Outcomes:
    """What the outcomes of one name add up to."""

    count: int = 0
    total_nano: int = 0


@dataclass(slots=True)
class Count:
    """How often something was."""

    count: int = 0


Row = Totals | OfLabel | Said | Outcomes | Count
Table = dict[tuple[Any, ...], list[int]]
"""Rows by a slot and what else tells them apart."""


def columns(row: Row) -> list[int]:
    """Give the numbers in the order of the columns."""
    return [getattr(row, name) for name in row.__slots__]


@dataclass(slots=True)
class Counted:
    """What a batch adds to the minutes; of ``unlabelled`` tasks, tenant and name, no labels are counted."""

    unlabelled: frozenset[tuple[str, str]] = frozenset()

    totals: dict[tuple[Minute], Totals] = field(default_factory=dict[tuple[Minute], Totals])
    histograms: dict[tuple[Minute, str, int], Count] = field(default_factory=dict[tuple[Minute, str, int], Count])
    confusion: dict[tuple[Minute, str, str], Count] = field(default_factory=dict[tuple[Minute, str, str], Count])
    labels: dict[tuple[Minute, str], OfLabel] = field(default_factory=dict[tuple[Minute, str], OfLabel])
    opinions: dict[tuple[Minute, str, str, str], Said] = field(default_factory=dict[tuple[Minute, str, str, str], Said])
    outcomes: dict[tuple[Minute, str], Outcomes] = field(default_factory=dict[tuple[Minute, str], Outcomes])


@dataclass(frozen=True, slots=True)
class Sums:
    """What a batch adds to the stretches of every grain."""

    totals: Table
    histograms: Table
    confusion: Table
    labels: Table
    opinions: Table
    outcomes: Table
