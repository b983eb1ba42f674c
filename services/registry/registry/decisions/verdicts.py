"""Where arms that serve side by side are judged, as often as one likes, by what came of the units each was shown to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from contracts.api.version import Verdict
from registry.decisions import sequential
from registry.decisions.samples import Sample
from registry.decisions.sequential import Bounds

RATIO_ALPHA = 0.001
"""How seldom an alarm about sample ratios may be false, over all looks."""

_NOTHING = Sample()


@dataclass(frozen=True, slots=True)
class Metric:
    """What is looked at: its name, which way is good, and by how much worse it may be before that counts."""

    name: str
    better: Literal["higher", "lower"] = "higher"
    margin: float = 0.0


@dataclass(frozen=True, slots=True)
class Arm:
    """A version in service: its share of the units, how many it got, and what came of them, by metric."""

    version_id: str
    share: float
    units: int
    outcomes: Mapping[str, Sample] = field(default_factory=dict[str, Sample])

    def of(self, metric: Metric) -> Sample:
        """Give what is known of a metric; nothing, if nothing was reported."""
        return self.outcomes.get(metric.name, _NOTHING)


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides: the goal ships, a guardrail rolls back, a signal pauses.

    ``min_units`` an arm are needed before anything is said; at ``tuned_for`` units in all the intervals are narrowest,
    and where a goal is still open then, the verdict is inconclusive. The error rate ``alpha`` holds for each metric.
    """

    goal: Metric | None = None
    guardrails: Sequence[Metric] = ()
    signals: Sequence[Metric] = ()
    alpha: float = 0.05
    min_units: int = 100
    tuned_for: int = 10_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on a treatment with its reasons; ``missing`` says what an open one waits for."""

    verdict: Verdict
    reasons: tuple[str, ...]
    missing: str = ""


def judge(plan: Plan, control: Arm, treatment: Arm) -> Judgement:
    """Judge one arm against the control; the first reason that applies decides.

    Guardrails come before everything but doubts about the assignment itself: a harm that is proven is no less so for a
    goal that is met.
    """
    if doubt := _uneven((control, treatment)):
        return Judgement(Verdict.INCONCLUSIVE, (doubt,), "units that arrive in the shares of the route")
    if harm := _worse(plan, plan.guardrails, control, treatment):
        return Judgement(Verdict.ROLLBACK, harm)
    if worry := _worse(plan, plan.signals, control, treatment):
        return Judgement(Verdict.INCONCLUSIVE, worry, "a person who says whether that matters")
    fewest = min(control.units, treatment.units)
    if fewest < plan.min_units:
        missing = f"{plan.min_units - fewest:,} more units on the arm with fewest"
        return Judgement(Verdict.CONTINUE, (f"{fewest:,} of at least {plan.min_units:,} units an arm.",), missing)
    return _by_goal(plan, plan.goal, control, treatment) if plan.goal else _unharmed(plan)


def _by_goal(plan: Plan, goal: Metric, control: Arm, treatment: Arm) -> Judgement:
    bounds = _gain(plan, goal, control, treatment)
    seen = _seen(goal, bounds, control, treatment)
    if bounds.lower > 0:
        return Judgement(Verdict.SHIP, (f"Better: {seen}.",))
    if bounds.upper < 0:
        return Judgement(Verdict.ROLLBACK, (f"Worse: {seen}.",))
    if control.of(goal).units + treatment.of(goal).units >= plan.tuned_for:
        missing = f"a larger difference, or many more than {plan.tuned_for:,} units"
        return Judgement(Verdict.INCONCLUSIVE, (f"No difference was found: {seen}.",), missing)
    return Judgement(Verdict.CONTINUE, (f"Open: {seen}.",), f"more units, up to {plan.tuned_for:,}")


def _unharmed(plan: Plan) -> Judgement:
    names = ", ".join(metric.name for metric in (*plan.guardrails, *plan.signals)) or "anything"
    return Judgement(Verdict.SHIP, (f"It was not found worse in {names} on at least {plan.min_units:,} units.",))


def _worse(plan: Plan, metrics: Iterable[Metric], control: Arm, treatment: Arm) -> tuple[str, ...]:
    """Say of which metrics it is proven that the treatment is worse by more than the margin."""
    found = ((metric, _gain(plan, metric, control, treatment)) for metric in metrics)
    return tuple(
        f"Worse: {_seen(metric, bounds, control, treatment)}."
        for metric, bounds in found
        if bounds.upper < -metric.margin and _enough(plan, metric, control, treatment)
    )


def _enough(plan: Plan, metric: Metric, *arms: Arm) -> bool:
    return all(arm.of(metric).units >= plan.min_units for arm in arms)


def _gain(plan: Plan, metric: Metric, control: Arm, treatment: Arm) -> Bounds:
    """Give by how much the treatment is better, whichever way better is."""
    found = sequential.difference(control.of(metric), treatment.of(metric), plan.alpha, plan.tuned_for)
    return found if metric.better == "higher" else Bounds(-found.gain, -found.upper, -found.lower)


def _uneven(arms: Sequence[Arm]) -> str | None:
    counts, shares = [arm.units for arm in arms], [arm.share for arm in arms]
    if sequential.ratio_evidence(counts, shares) < 1 / RATIO_ALPHA:
        return None
    wanted = [sum(counts) * share / sum(shares) for share in shares]
    seen = " and ".join(f"{count:,} instead of {want:,.0f}" for count, want in zip(counts, wanted, strict=True))
    return (
        f"The units do not arrive in the shares of the route: {seen}; whatever loses some of them biases every metric."
    )


def _seen(metric: Metric, bounds: Bounds, control: Arm, treatment: Arm) -> str:
    before, after = control.of(metric), treatment.of(metric)
    return (
        f"{metric.name} {after.mean:.4g} against {before.mean:.4g} on {after.units:,} and {before.units:,} units, "
        f"gain {bounds.gain:+.4g} [{bounds.lower:+.4g}, {bounds.upper:+.4g}]"
    )
