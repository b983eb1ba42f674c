"""Where arms that serve side by side are judged, as often as one likes, by what came of the units each was shown to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from contracts.api.version import Verdict
from registry.decisions.trials import margins, sequential
from registry.decisions.trials.plans import PERCENTILE, Arm, Judgement, Metric, Plan
from registry.decisions.trials.samples import Sample
from registry.decisions.trials.sequential import Bounds

RATIO_ALPHA = 0.001
"""How seldom an alarm about sample ratios may be false, over all looks."""


def judge(plan: Plan, control: Arm, treatment: Arm) -> Judgement:
    """Judge one arm against the control; the first reason that applies decides.

    Guardrails come before everything: whoever fails so often that its units get lost must not hide behind the doubt
    about them, and a harm that is proven is no less so for a goal that is met.
    """
    return harm(plan, control, treatment) or unopposed(plan, control, treatment)


def unopposed(plan: Plan, control: Arm, treatment: Arm) -> Judgement:
    """Judge a treatment that nothing speaks against: by how much is known, and by the goal."""
    if waiting := too_few(plan, control, treatment):
        return waiting
    return _by_goal(plan, plan.goal, control, treatment) if plan.goal else _unharmed(plan, control, treatment)


def harm(plan: Plan, control: Arm, treatment: Arm) -> Judgement | None:
    """Say what speaks against the treatment going on at all: a guardrail, the assignment, a signal."""
    guarded = against(replace(plan, goal=None, signals=()), control, treatment)
    return guarded or doubt(control, treatment) or against(plan, control, treatment)


def doubt(control: Arm, treatment: Arm) -> Judgement | None:
    """Say that units do not arrive in the shares of the arms, if so."""
    if found := uneven((control, treatment)):
        return Judgement(Verdict.INCONCLUSIVE, (found,), "units that arrive in the shares of the route")
    return None


def against(plan: Plan, control: Arm, treatment: Arm) -> Judgement | None:
    """Say which metrics speak against the treatment going on, provided that the assignment is as it should be."""
    if worse := _worse(plan, plan.guardrails, control, treatment):
        return Judgement(Verdict.ROLLBACK, worse)
    if worry := _worse(plan, plan.signals, control, treatment):
        return Judgement(Verdict.INCONCLUSIVE, worry, "a person who says whether that matters")
    if plan.goal and (worse := _worse(plan, (plan.goal,), control, treatment)):
        return Judgement(Verdict.ROLLBACK, worse)
    return None


def too_few(plan: Plan, control: Arm, treatment: Arm) -> Judgement | None:
    """Say that more units are needed before anything can be said, of the goal if there is one."""
    fewest = min(arm.units for arm in (control, treatment))
    if fewest < plan.min_units:
        return _waiting(plan, fewest, "units")
    known = min(arm.known(plan.goal) for arm in (control, treatment)) if plan.goal else fewest
    if plan.goal and known < plan.min_units:
        return _waiting(plan, known, f"units with {plan.goal.name}")
    return None


def gain(plan: Plan, metric: Metric, control: Arm, treatment: Arm) -> Bounds:
    """Give by how much the treatment is better, whichever way better is, with the margin not yet granted.

    Of the percentile it is the difference in the shares of units above the control's percentile.
    """
    return _bounds(replace(plan, alpha=plan.alpha_of(metric)), metric, control, treatment, margin=0.0)


def ratio(arms: Sequence[Arm]) -> float:
    """Give the evidence that units do not arrive in the arms' shares; `RATIO_ALPHA` turned round is too much."""
    return sequential.ratio_evidence([arm.arrived for arm in arms], [arm.share for arm in arms])


def uneven(arms: Sequence[Arm]) -> str | None:
    """Say that units do not arrive in the arms' shares."""
    if ratio(arms) < 1 / RATIO_ALPHA:
        return None
    counts, shares = [arm.arrived for arm in arms], [arm.share for arm in arms]
    wanted = [sum(counts) * share / sum(shares) for share in shares]
    seen = " and ".join(f"{count:,} instead of {want:,.0f}" for count, want in zip(counts, wanted, strict=True))
    return (
        f"The units do not arrive in the shares of the route: {seen}; whatever loses some of them biases every metric."
    )


def surprise(plan: Plan, metric: Metric, control: Arm, treatment: Arm) -> float:
    """Give the always-valid p-value of a metric: how seldom evidence like this comes if it is worse by just the margin.

    It is at most the metric's error rate exactly if its interval speaks for or against the treatment.
    """
    pairs = (margins.compared(metric, control, treatment, each) for each in margins.around(metric, metric.margin))
    return max(sequential.always_valid_p(*pair, plan.tuned_for, plan.alpha_of(metric)) for pair in pairs)


def _waiting(plan: Plan, fewest: int, what: str) -> Judgement:
    missing = f"{plan.min_units - fewest:,} more {what} on the arm with fewest"
    return Judgement(Verdict.CONTINUE, (f"{fewest:,} of at least {plan.min_units:,} {what} an arm.",), missing)


def _by_goal(plan: Plan, goal: Metric, control: Arm, treatment: Arm) -> Judgement:
    beyond = _beyond(plan, goal, control, treatment)
    seen = _seen(plan, goal, control, treatment)
    if beyond.lower > 0:
        is_better = gain(plan, goal, control, treatment).lower > 0
        found = "Better" if is_better else "Not worse by more than the margin"
        return Judgement(Verdict.SHIP, (f"{found}: {seen}.",))
    if control.known(goal) + treatment.known(goal) >= plan.tuned_for:
        missing = f"a larger difference, or many more than {plan.tuned_for:,} units"
        return Judgement(Verdict.INCONCLUSIVE, (f"No difference was found: {seen}.",), missing)
    return Judgement(Verdict.CONTINUE, (f"Open: {seen}.",), f"more units, up to {plan.tuned_for:,}")


def _unharmed(plan: Plan, control: Arm, treatment: Arm) -> Judgement:
    watched = (*plan.guardrails, *plan.signals)
    seen = [metric for metric in watched if _enough(plan, metric, control, treatment)]
    names = ", ".join(metric.name for metric in seen) or "anything"
    reasons = [f"It was not found worse in {names} on at least {plan.min_units:,} units."]
    if unseen := [metric.name for metric in watched if metric not in seen]:
        reasons.append(f"Too little is known of {', '.join(unseen)} to say anything.")
    return Judgement(Verdict.SHIP, tuple(reasons))


def _worse(plan: Plan, metrics: Iterable[Metric], control: Arm, treatment: Arm) -> tuple[str, ...]:
    """Say of which metrics it is proven that the treatment is worse by more than the margin.

    That is asked of each of them at the error rate that they share.
    """
    strict = replace(plan, goal=None, alpha=plan.guarding_alpha)
    return tuple(
        f"Worse: {_seen(strict, metric, control, treatment)}."
        for metric in metrics
        if _beyond(strict, metric, control, treatment).upper < 0 and _enough(plan, metric, control, treatment)
    )


def _enough(plan: Plan, metric: Metric, *arms: Arm) -> bool:
    return all(arm.known(metric) >= plan.min_units for arm in arms)


def _beyond(plan: Plan, metric: Metric, control: Arm, treatment: Arm) -> Bounds:
    """Give by how much the treatment is better than the margin allows it to be worse."""
    return _bounds(plan, metric, control, treatment, margin=metric.margin)


def _bounds(plan: Plan, metric: Metric, control: Arm, treatment: Arm, *, margin: float) -> Bounds:
    strict, generous = (
        _difference(plan, metric, margins.compared(metric, control, treatment, each))
        for each in margins.around(metric, margin)
    )
    return Bounds(strict.gain, strict.lower, generous.upper)


def _difference(plan: Plan, metric: Metric, pair: tuple[Sample, Sample]) -> Bounds:
    found = sequential.difference(*pair, plan.alpha, plan.tuned_for)
    return _turned(found) if metric.better == "lower" else found


def _turned(found: Bounds) -> Bounds:
    # Taken from zero, so that no zero gets a sign.
    return Bounds(0.0 - found.gain, 0.0 - found.upper, 0.0 - found.lower)


def _seen(plan: Plan, metric: Metric, control: Arm, treatment: Arm) -> str:
    bounds, counts = gain(plan, metric, control, treatment), (treatment.known(metric), control.known(metric))
    what = "share of slower units" if metric.name == PERCENTILE else "gain"
    numbers = bounds if what == "gain" else _turned(bounds)
    return (
        f"{metric.name} {treatment.value(metric):.4g} against {control.value(metric):.4g} on {counts[0]:,} and "
        f"{counts[1]:,} units, {what} {numbers.gain:+.4g} [{numbers.lower:+.4g}, {numbers.upper:+.4g}]"
        f"{_allowed(metric)}"
    )


def _allowed(metric: Metric) -> str:
    if not metric.margin:
        return ""
    return f", margin {metric.margin:.4g}{' of the value' if metric.relative else ''}"
