"""Where it is described what arms that serve side by side are, and what decides between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from contracts.api.version import Verdict
from registry.decisions.trials import percentiles
from registry.decisions.trials.samples import Sample

PERCENTILE = "latency_p95"
"""The one metric that is no mean."""

_NOTHING = Sample()


@dataclass(frozen=True, slots=True)
class Metric:
    """What is looked at: its name, which way is good, and by how much worse it may be before that counts.

    A relative margin is a share of the control's value. The metric `PERCENTILE` is judged by the units' latencies.
    """

    name: str
    better: Literal["higher", "lower"] = "higher"
    margin: float = 0.0
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Arm:
    """A version in service: its share of the units, how many it got, and what came of them, by metric.

    ``latencies`` counts units by the bucket of their latency, ``strayed`` those that another version answered while the
    route was settling.
    """

    version_id: str
    share: float
    units: int
    outcomes: Mapping[str, Sample] = field(default_factory=dict[str, Sample])
    latencies: Mapping[int, int] = field(default_factory=dict[int, int])
    strayed: int = 0

    @property
    def arrived(self) -> int:
        """Give how many of its units came by at all."""
        return self.units + self.strayed

    def of(self, metric: Metric) -> Sample:
        """Give what is known of a metric; nothing, if nothing was reported."""
        return self.outcomes.get(metric.name, _NOTHING)

    def known(self, metric: Metric) -> int:
        """Give of how many units a metric is known."""
        return sum(self.latencies.values()) if metric.name == PERCENTILE else self.of(metric).units

    def value(self, metric: Metric) -> float:
        """Give the metric itself: the mean over the units, or the percentile; 0 of nothing."""
        return percentiles.value(self.latencies) if metric.name == PERCENTILE else self.of(metric).mean


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides: the goal ships, a guardrail rolls back, a signal pauses.

    ``min_units`` an arm are needed before anything is said; at ``tuned_for`` units in all the intervals are narrowest,
    and where a goal is still open then, the verdict is inconclusive. ``alpha`` is the error rate of the goal,
    ``guarding_alpha`` that of each metric by which a treatment may be stopped.
    """

    goal: Metric | None = None
    guardrails: Sequence[Metric] = ()
    signals: Sequence[Metric] = ()
    alpha: float = 0.05
    guarding_alpha: float = 0.05
    min_units: int = 100
    tuned_for: int = 10_000

    def alpha_of(self, metric: Metric) -> float:
        """Give the error rate of a metric."""
        return self.alpha if metric == self.goal else self.guarding_alpha


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on a treatment with its reasons; ``missing`` says what an open one waits for."""

    verdict: Verdict
    reasons: tuple[str, ...]
    missing: str = ""
