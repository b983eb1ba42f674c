"""Where it is described by which metrics versions are watched while they serve."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, FiniteFloat

from contracts.ids import Key
from contracts.message import Request

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric that Ratchet knows: which way is good, whether a margin is a share of the control's value, its meaning.

    The value of a unit is the mean over its answers, or over the opinions about them; that of an arm the mean over its
    units, except for ``latency_p95``, which is the 95th percentile over them.
    """

    better: Better
    relative: bool
    summary: str


MEASURES: dict[str, Measure] = {
    "accuracy": Measure("higher", relative=False, summary="share of judged answers that were right"),
    "acceptance": Measure("higher", relative=False, summary="share of opinions with a verdict that were positive"),
    "success": Measure("higher", relative=False, summary="mean outcome: feedback of operation outcome, 0 to 1"),
    "score": Measure("higher", relative=False, summary="mean score of the opinions, 0 to 1"),
    "used": Measure("higher", relative=False, summary="share of suggestions that were used"),
    "helpful": Measure("higher", relative=False, summary="share of answers that were called helpful"),
    "confidence": Measure("higher", relative=False, summary="mean confidence of the answers"),
    "error_rate": Measure("lower", relative=False, summary="share of answers that were errors"),
    "latency_ms": Measure("lower", relative=True, summary="mean latency in milliseconds"),
    "latency_p95": Measure("lower", relative=True, summary="95th percentile of the units' mean latencies"),
    "cost_usd": Measure("lower", relative=True, summary="mean cost of an answer in US dollars"),
}
"""Any other name is an outcome that applications report as feedback with ``metric`` and ``value``."""


def _named(given: Any) -> Any:  # noqa: ANN401 (whatever a client sends)
    return {"metric": given} if isinstance(given, str) else given


class WatchedMetric(Request):
    """A metric that decides; a text alone is its name.

    ``margin`` is by how much worse it may be before that counts: in the metric's own unit, or as a share of the
    control's value for latencies and cost (0.1 is ten per cent more).
    """

    metric: Annotated[Key, Field(description="A metric that Ratchet knows, or an outcome of your own.")]
    better: Annotated[Better | None, Field(description="Which way is good; known for Ratchet's own metrics.")] = None
    margin: Annotated[FiniteFloat, Field(ge=0, description="How much worse it may be before that counts.")] = 0.0

    @property
    def direction(self) -> Better:
        """Which way is good; an outcome of one's own is better when it is higher, unless said otherwise."""
        known = MEASURES.get(self.metric)
        return self.better or (known.better if known else "higher")

    @property
    def relative(self) -> bool:
        """Whether the margin is a share of the control's value."""
        known = MEASURES.get(self.metric)
        return known.relative if known else False


Watched = Annotated[WatchedMetric, BeforeValidator(_named)]
"""``"accuracy"`` or ``{"metric": "latency_p95", "margin": 0.1}``."""
