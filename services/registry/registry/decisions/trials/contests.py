"""Where several treatments are judged against one control: which of them wins, or why the contest ends or goes on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from contracts.api.version import Verdict
from registry.decisions.trials import evidence, verdicts
from registry.decisions.trials.plans import Arm, Judgement, Plan

Labels = Mapping[str, str]

_LOOK_FOR_LOSSES = (
    "Trust no number yet: find out where units get lost (errors that are not logged, redirects, bots, answers of "
    "another version or without a unit); then stop the experiment and start it anew."
)


@dataclass(frozen=True, slots=True)
class Contest:
    """What the evidence says of all treatments together, and what a person should do next.

    ``confidence`` is 1 minus the always-valid p-value of the goal for the treatment that leads, times the number of
    treatments (Bonferroni).
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    advice: str
    missing: str = ""
    winner: str | None = None
    confidence: float = 0.0


class _Standing(Enum):
    HARMFUL = auto()
    BETTER = auto()
    WORSE = auto()
    DOUBTFUL = auto()
    WAITING = auto()
    OPEN = auto()


@dataclass(frozen=True, slots=True)
class _Judged:
    arm: Arm
    standing: _Standing
    judgement: Judgement
    gain: float


_BY_GOAL = {
    Verdict.SHIP: _Standing.BETTER,
    Verdict.ROLLBACK: _Standing.WORSE,
    Verdict.CONTINUE: _Standing.WAITING,
    Verdict.INCONCLUSIVE: _Standing.OPEN,
}


def judge(plan: Plan, control: Arm, treatments: Sequence[Arm], labels: Labels) -> Contest:
    """Judge all treatments by a plan whose error rates they share, see `evidence.plan`.

    One that harms ends it, even where units arrive unevenly; one that is better wins, that with the largest gain if
    there are several; where all are worse the control stays. ``labels`` are what versions are called.
    """
    judged = [_judged(evidence.between(plan, control, each, treatments), control, each) for each in treatments]
    doubt = verdicts.uneven((control, *treatments))
    if doubt and all(each.standing is not _Standing.HARMFUL for each in judged):
        found = Contest(Verdict.INCONCLUSIVE, (doubt,), _LOOK_FOR_LOSSES, "units that arrive in their shares")
    else:
        found = _decided(judged, {arm.version_id: _called(arm, labels) for arm in (control, *treatments)}, control)
    return replace(found, confidence=_confidence(plan, control, treatments))


def _judged(plan: Plan, control: Arm, treatment: Arm) -> _Judged:
    gain = verdicts.gain(plan, plan.goal, control, treatment).gain if plan.goal else 0.0
    if objection := verdicts.harm(evidence.without_goal(plan), control, treatment):
        is_harm = objection.verdict is Verdict.ROLLBACK
        return _Judged(treatment, _Standing.HARMFUL if is_harm else _Standing.DOUBTFUL, objection, gain)
    found = verdicts.judge(plan, control, treatment)
    return _Judged(treatment, _BY_GOAL[found.verdict], found, gain)


def _decided(judged: Sequence[_Judged], called: Labels, control: Arm) -> Contest:
    by = {standing: [each for each in judged if each.standing is standing] for standing in _Standing}
    stay = called[control.version_id]
    if harmful := by[_Standing.HARMFUL]:
        advice = f"Keep {stay}; find out why {_names(harmful, called)} does harm before it is tried again."
        return Contest(Verdict.ROLLBACK, _reasons(harmful, called), advice)
    if better := by[_Standing.BETTER]:
        best = max(better, key=lambda each: each.gain)
        reasons = _reasons([best, *(each for each in judged if each is not best)], called)
        advice = f"Promote {called[best.arm.version_id]}."
        return Contest(Verdict.SHIP, reasons, advice, winner=best.arm.version_id)
    if len(by[_Standing.WORSE]) == len(judged):
        return Contest(Verdict.ROLLBACK, _reasons(judged, called), f"Keep {stay}: nothing that was tried is better.")
    return _undecided(by, _reasons(judged, called), stay)


def _undecided(by: Mapping[_Standing, Sequence[_Judged]], reasons: tuple[str, ...], stay: str) -> Contest:
    if doubtful := by[_Standing.DOUBTFUL]:
        advice = "Decide whether that matters: let the experiment go on, or stop it with or without a winner."
        return Contest(Verdict.INCONCLUSIVE, reasons, advice, _missing(doubtful))
    if waiting := by[_Standing.WAITING]:
        return Contest(Verdict.CONTINUE, reasons, f"Wait for {_missing(waiting)}.", _missing(waiting))
    advice = f"Stop the experiment: it takes {_missing(by[_Standing.OPEN])} to tell them apart. Keep {stay} meanwhile."
    return Contest(Verdict.INCONCLUSIVE, reasons, advice, _missing(by[_Standing.OPEN]))


def _confidence(plan: Plan, control: Arm, treatments: Sequence[Arm]) -> float:
    goal = plan.goal
    known = [each for each in treatments if goal and each.known(goal) and control.known(goal)]
    if goal is None or not known:
        return 0.0
    leader = max(known, key=lambda each: verdicts.gain(plan, goal, control, each).gain)
    p = verdicts.surprise(evidence.between(plan, control, leader, treatments), goal, control, leader)
    return 1 - min(1.0, p * len(treatments))


def _missing(judged: Iterable[_Judged]) -> str:
    return "; ".join(dict.fromkeys(each.judgement.missing for each in judged))


def _reasons(judged: Iterable[_Judged], called: Labels) -> tuple[str, ...]:
    return tuple(f"{called[each.arm.version_id]}: {reason}" for each in judged for reason in each.judgement.reasons)


def _names(judged: Iterable[_Judged], called: Labels) -> str:
    return " and ".join(called[each.arm.version_id] for each in judged)


def _called(arm: Arm, labels: Labels) -> str:
    return labels.get(arm.version_id, arm.version_id)
