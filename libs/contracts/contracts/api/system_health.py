"""Where the health score of a task is described, what it rests on, and what to do next."""

from enum import StrEnum
from typing import Any

from contracts.message import Message


class SystemStatus(StrEnum):
    """How a task does by its score: healthy from 80, degraded from 50, unhealthy below; no data without any answer."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"
    NO_DATA = "no_data"


class Factor(Message):
    """What takes points off the score, in a sentence with the number that says so."""

    name: str
    points: float
    sentence: str
    value: float


class SystemHealth(Message):
    """How a task does, 0 to 100: a hundred less the points of what is wrong, the worst first."""

    score: int | None
    status: SystemStatus
    reasons: tuple[Factor, ...] = ()


class Recommendation(Message):
    """What to do, in a sentence, and the numbers that say so."""

    name: str
    sentence: str
    evidence: dict[str, Any] = {}  # noqa: RUF012 (pydantic copies defaults)
