"""Where it is described how two versions of a task differ."""

from typing import Any, Literal

from contracts.api.version import Gate
from contracts.message import Message, Moment

Which = Literal["a", "b", "same"]


class MetricDifference(Message):
    """A metric of both: b's value less a's, and which of the two is better; null where that is not known."""

    name: str
    a: float | None
    b: float | None
    difference: float | None
    better: Which | None


class ParameterDifference(Message):
    """A parameter that is not the same in both."""

    name: str
    change: Literal["added", "removed", "changed"]
    a: Any = None
    b: Any = None


class Compared(Message):
    """One of the two: what it is and what it was made of; null where nobody wrote it down."""

    id: str
    label: str
    number: int
    created_at: Moment
    rows: int | None
    examples: int | None
    snapshot: str | None
    datasets: tuple[str, ...]


class VersionDifference(Message):
    """Two versions side by side; ``gate`` is that of b if it was judged against a."""

    task: str
    a: Compared
    b: Compared
    same_rows: bool | None
    metrics: tuple[MetricDifference, ...]
    parameters: tuple[ParameterDifference, ...]
    libraries: tuple[ParameterDifference, ...]
    gate: Gate | None
