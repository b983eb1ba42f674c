"""Where it is described how arms that serve side by side do, summed up so that every decision can be made from it."""

from pydantic import FiniteFloat

from contracts.message import Message


class Summary(Message):
    """So many units, the sum of their values and of the squares of these."""

    units: int
    total: FiniteFloat
    squares: FiniteFloat


class ArmPerformance(Message):
    """What came of the units of one arm; each unit counts once, with the mean of its values, by metric.

    ``latencies`` counts the units by the bucket of their mean latency: bucket i holds (g**(i-1), g**i] milliseconds
    with g = 1.01/0.99. ``strayed`` counts the units that came by while the route was settling, and were answered by
    another version alone.
    """

    version_id: str
    units: int
    strayed: int = 0
    metrics: dict[str, Summary] = {}  # noqa: RUF012 (pydantic copies defaults)
    latencies: dict[int, int] = {}  # noqa: RUF012


class MetricEvidence(Message):
    """A metric of one arm: over how many units, its mean with its interval, and the gain over the control with its own.

    For ``latency_p95`` the mean is the percentile. Intervals hold at every look at once, with probability 1 - alpha;
    null until there is enough to say something.
    """

    n: int
    mean: float | None = None
    interval: tuple[float, float] | None = None
    gain: float | None = None
    gain_interval: tuple[float, float] | None = None


class ArmEvidence(Message):
    """An arm with what is known of it; n, mean and interval are those of the goal.

    ``strayed`` counts its units that came by while the route was settling, and were answered by another version alone.
    """

    version_id: str
    label: str
    role: str
    weight: float
    units: int
    strayed: int = 0
    n: int = 0
    mean: float | None = None
    interval: tuple[float, float] | None = None
    metrics: dict[str, MetricEvidence] = {}  # noqa: RUF012


class RatioCheck(Message):
    """Whether units arrive in the shares of the route: mismatch once the evidence exceeds 1/alpha."""

    mismatch: bool
    p: float
    evidence: float
    alpha: float


class Restatement(Message):
    """What the evidence says after the decision, because opinions came late."""

    verdict: str
    reasons: tuple[str, ...]
    changed: bool
