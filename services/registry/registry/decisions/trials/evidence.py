"""Where terms and performances become what verdicts are made of, and what is known of each arm is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isinf

from contracts.api.measure import WatchedMetric
from contracts.api.performance import ArmEvidence, ArmPerformance, MetricEvidence, RatioCheck
from contracts.api.rollout import Terms
from registry.decisions.trials import sequential, verdicts
from registry.decisions.trials.plans import PERCENTILE, Arm, Metric, Plan
from registry.decisions.trials.samples import Sample
from registry.decisions.trials.verdicts import RATIO_ALPHA

_SHOWN = ("accuracy", "acceptance", "success", "error_rate", "latency_ms", PERCENTILE, "cost_usd")
"""What is told of each arm even if nobody asked for it."""

_LEAST_ALPHA = 1e-9
"""Whoever asks for less asks for certainty, and would never hear anything."""
_FARTHEST_BUCKET = 10_000
"""Beyond it, latencies are no numbers any more."""


def plan(terms: Terms, *, treatments: int = 1, steps: int = 1) -> Plan:
    """Give what decides, so that a harmless version is stopped in at most ``alpha`` of all cases, whatever is watched.

    Treatments share alpha, and so do the metrics that can stop one and the steps in which they can (Bonferroni).
    """
    stopping = len(terms.guardrails) + len(terms.signals) + (terms.goal is not None)
    alpha = max(terms.alpha, _LEAST_ALPHA) / treatments
    return Plan(
        goal=_metric(terms.goal) if terms.goal else None,
        guardrails=[_metric(each) for each in terms.guardrails],
        signals=[_metric(each) for each in terms.signals],
        alpha=alpha,
        guarding_alpha=alpha / (max(1, stopping) * steps),
        min_units=terms.min_samples,
        tuned_for=terms.max_samples,
    )


def arms(shares: Mapping[str, float], performances: Iterable[ArmPerformance]) -> list[Arm]:
    """Give the arms in the order of the shares; those that nobody reported anything of are empty."""
    said = {each.version_id: each for each in performances}
    return [_arm(version_id, share, said.get(version_id)) for version_id, share in shares.items()]


def told(decided: Plan, control: Arm, treatments: Sequence[Arm], labels: Mapping[str, str]) -> tuple[ArmEvidence, ...]:
    """Tell what is known of each arm, the control first; n, mean and interval are those of the goal."""
    known = {metric.name: metric for metric in _told_of(decided, (control, *treatments))}
    return tuple(
        _told(between(decided, control, each, treatments), control, each, known, labels.get(each.version_id, ""))
        for each in (control, *treatments)
    )


def between(decided: Plan, control: Arm, treatment: Arm, treatments: Sequence[Arm]) -> Plan:
    """Give the plan for a pair among several arms, which gets its part of the units that the plan is tuned for."""
    whole = control.share + sum(each.share for each in treatments)
    if treatment is control or len(treatments) == 1 or not whole:
        return decided
    return replace(decided, tuned_for=max(2, round(decided.tuned_for * (control.share + treatment.share) / whole)))


def ratio(present: Sequence[Arm]) -> RatioCheck:
    """Say whether units arrive in the shares of the arms; p is always valid: one over the evidence."""
    found = verdicts.ratio(present)
    return RatioCheck(mismatch=found >= 1 / RATIO_ALPHA, p=min(1.0, 1 / found), evidence=found, alpha=RATIO_ALPHA)


def _metric(watched: WatchedMetric) -> Metric:
    return Metric(watched.metric, watched.direction, watched.margin, watched.relative)


def _arm(version_id: str, share: float, said: ArmPerformance | None) -> Arm:
    if said is None:
        return Arm(version_id, share, 0)
    outcomes = {name: Sample(each.units, each.total, each.squares) for name, each in said.metrics.items()}
    latencies = {bucket: units for bucket, units in said.latencies.items() if abs(bucket) <= _FARTHEST_BUCKET}
    return Arm(version_id, share, said.units, outcomes, latencies, said.strayed)


def _told_of(decided: Plan, present: Sequence[Arm]) -> list[Metric]:
    watched = [*([decided.goal] if decided.goal else []), *decided.guardrails, *decided.signals]
    names = {metric.name for metric in watched}
    shown = (_metric(WatchedMetric(metric=name)) for name in _SHOWN if name not in names)
    return [*watched, *(each for each in shown if any(arm.known(each) for arm in present))]


def _told(decided: Plan, control: Arm, arm: Arm, known: Mapping[str, Metric], label: str) -> ArmEvidence:
    metrics = {name: _measured(decided, metric, control, arm) for name, metric in known.items()}
    goal = metrics[decided.goal.name] if decided.goal else MetricEvidence(n=arm.units)
    return ArmEvidence(
        version_id=arm.version_id,
        label=label,
        role="control" if arm is control else "treatment",
        weight=arm.share,
        units=arm.units,
        strayed=arm.strayed,
        n=goal.n,
        mean=goal.mean,
        interval=goal.interval,
        metrics=metrics,
    )


def _measured(decided: Plan, metric: Metric, control: Arm, arm: Arm) -> MetricEvidence:
    units = arm.known(metric)
    if not units:
        return MetricEvidence(n=0)
    found = MetricEvidence(n=units, mean=arm.value(metric), interval=_interval(decided, metric, arm))
    bounds = verdicts.gain(decided, metric, control, arm)
    if arm is control or isinf(bounds.upper) or not control.known(metric):
        return found
    return found.model_copy(update={"gain": bounds.gain, "gain_interval": (bounds.lower, bounds.upper)})


def _interval(decided: Plan, metric: Metric, arm: Arm) -> tuple[float, float] | None:
    if metric.name == PERCENTILE or arm.known(metric) < 2:  # noqa: PLR2004 (a variance needs two)
        return None
    found = sequential.mean(arm.of(metric), decided.alpha, decided.tuned_for)
    return found.lower, found.upper


def without_goal(decided: Plan) -> Plan:
    """Give the same plan for a step that needs no proof of a gain yet."""
    return replace(decided, goal=None)
