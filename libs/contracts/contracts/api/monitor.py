"""Where monitors are described: by which numbers it is noticed that a task no longer does well."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, cast

from pydantic import AfterValidator, Field, FiniteFloat, model_validator

from contracts.api.metrics import Period
from contracts.message import Message, Request

Direction = Literal["below", "above"]
Unit = Literal["", "share", "ms", "usd", "days"]


@dataclass(frozen=True, slots=True)
class Watchable:
    """A number that monitors can watch: on which side it is bad, whether it comes from live answers, its meaning."""

    bad: Direction
    live: bool
    summary: str
    unit: Unit = ""


_LIVE: dict[str, Watchable] = {
    "accuracy": Watchable("below", live=True, summary="share of judged answers that were right", unit="share"),
    "accuracy_drop": Watchable("above", live=True, summary="accuracy in training minus live accuracy", unit="share"),
    "acceptance": Watchable(
        "below", live=True, summary="share of opinions with a verdict that were positive", unit="share"
    ),
    "success": Watchable(
        "below", live=True, summary="mean outcome: feedback of operation outcome, 0 to 1", unit="share"
    ),
    "error_rate": Watchable("above", live=True, summary="share of answers that were errors", unit="share"),
    "latency_p95": Watchable("above", live=True, summary="95th percentile of the latency in milliseconds", unit="ms"),
    "cost_usd": Watchable("above", live=True, summary="mean cost of an answer of known cost in US dollars", unit="usd"),
    "confidence": Watchable("below", live=True, summary="mean confidence of the answers"),
    "unversioned": Watchable(
        "above", live=True, summary="share of the task's answers that name no version", unit="share"
    ),
    "drift": Watchable("above", live=True, summary="population stability index of the champion's predicted labels"),
    "age_days": Watchable(
        "above", live=False, summary="days since the version, and its data with it, was made", unit="days"
    ),
}
_TRAINING: dict[str, Direction] = {
    "accuracy": "below", "precision": "below", "recall": "below", "f1": "below", "roc_auc": "below", "pr_auc": "below",
    "ndcg_at_10": "below", "recall_at_100": "below", "mrr": "below", "coverage": "below", "acceptance": "below",
    "brier": "above", "ece": "above", "mae": "above", "mape": "above", "smape": "above", "mase": "above",
    "rmse": "above", "wape": "above", "loss": "above",
}  # fmt: skip
WATCHABLE: dict[str, Watchable] = _LIVE | {
    f"training_{name}": Watchable(bad, live=False, summary=f"{name} on the holdout, when the version was trained")
    for name, bad in _TRAINING.items()
}
"""What monitors can watch, by name."""


_WRITTEN: dict[Unit, str] = {
    "": "{:.4g}",
    "share": "{:.1%}",
    "ms": "{:,.0f} ms",
    "usd": "${:.4g}",
    "days": "{:.1f} days",
}


def written(metric: str, value: float) -> str:
    """Write a value of a metric for people, with its unit."""
    known = WATCHABLE.get(metric)
    return _WRITTEN[known.unit if known else ""].format(value)


def _known(metric: str) -> str:
    if metric not in WATCHABLE:
        message = f"{metric!r} cannot be watched; known are {', '.join(WATCHABLE)}"
        raise ValueError(message)
    return metric


class Monitor(Request):
    """A number that is watched on every version that serves; beyond ``warning`` it warns, beyond ``alert`` it alarms.

    A share (accuracy, accuracy_drop, acceptance, success, error_rate, unversioned) is only beyond a threshold once that
    is proven; every other number as soon as there are ``min_samples`` answers. ``period`` says how far back live
    numbers look.
    """

    metric: Annotated[
        str,
        Field(max_length=63, description="What is watched.", examples=["error_rate"]),
        AfterValidator(_known),
    ]
    direction: Annotated[
        Direction, Field(description="On which side of its thresholds it is bad; without it, the usual one.")
    ] = "above"
    warning: FiniteFloat
    alert: FiniteFloat
    period: Annotated[
        Literal[Period.HOUR, Period.DAY, Period.WEEK], Field(description="How far back live numbers look.")
    ] = Period.DAY
    min_samples: Annotated[
        int, Field(ge=1, le=1_000_000_000, description="Answers or opinions below which it is silent.")
    ] = 30
    enabled: bool = True

    @model_validator(mode="before")
    @classmethod
    def _usual_direction(cls, given: Any) -> Any:  # noqa: ANN401 (whatever a client sends)
        if not isinstance(given, dict):
            return given
        named = cast("dict[str, Any]", given)
        known = WATCHABLE.get(str(named.get("metric")))
        return {"direction": known.bad, **named} if known else named

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.warning != self.alert and (self.warning < self.alert) != (self.direction == "above"):
            side = "at least" if self.direction == "above" else "at most"
            message = f"alert: must be {side} the warning ({self.warning:g}), because {self.direction} is bad"
            raise ValueError(message)
        return self

    @property
    def key(self) -> str:
        """Give what tells it from the others of its task."""
        return f"{self.metric}/{self.period}"


class NewMonitors(Request):
    """All monitors of a task; they replace those before."""

    monitors: Annotated[tuple[Monitor, ...], Field(max_length=50)]

    @model_validator(mode="after")
    def _watches_each_once(self) -> Self:
        keys = [each.key for each in self.monitors]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            message = f"monitors: {', '.join(twice)} is there more than once"
            raise ValueError(message)
        return self


class Monitors(Message):
    """The monitors of a task; revision 0 are the defaults, as long as nobody has set any."""

    task: str
    revision: int
    monitors: tuple[Monitor, ...]


DEFAULTS: tuple[Monitor, ...] = (
    Monitor(metric="accuracy_drop", direction="above", warning=0.05, alert=0.10),
    Monitor(metric="error_rate", direction="above", warning=0.02, alert=0.05),
    Monitor(metric="latency_p95", direction="above", warning=1_000, alert=5_000),
    Monitor(metric="unversioned", direction="above", warning=0.05, alert=0.20),
    Monitor(metric="drift", direction="above", warning=0.10, alert=0.25, min_samples=200),
    Monitor(metric="age_days", direction="above", warning=30, alert=90, min_samples=1),
)
"""What every task is watched by until somebody sets its monitors."""
