"""Where it is decided what becomes of a rollout at its present step: wait, go on, pause, or back."""

from dataclasses import dataclass, replace
from enum import StrEnum

from contracts.api.rollout import WHOLE
from contracts.api.version import Verdict
from registry.decisions.trials import verdicts
from registry.decisions.trials.evidence import without_goal
from registry.decisions.trials.plans import Arm, Judgement, Plan

UNEVEN = "uneven units"
OPEN_GOAL = "an open goal"
LAST_STEP = "the last step"
"""What a person can let pass besides signals, which go by their names; no metric's name has a space."""

_A_PERSON = "a person: promote or abort"
_MATTERS = 0.05


class Action(StrEnum):
    """What is done about a rollout."""

    WAIT = "wait"
    ADVANCE = "advance"
    PROMOTE = "promote"
    PAUSE = "pause"
    ROLL_BACK = "roll back"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a rollout stands: what comes next, and how long the present step still lasts.

    ``following`` is the percentage of the next step, None on the last one. ``accepted`` names the worries that a person
    let pass in this step by resuming.
    """

    following: float | None = None
    rest_s: float = 0.0
    is_canary: bool = False
    is_paused: bool = False
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """What is done, why, and which worries are behind a pause."""

    action: Action
    found: Judgement
    worries: frozenset[str] = frozenset()


def decide(plan: Plan, stand: Stand, control: Arm, treatment: Arm) -> Move:
    """Decide by the evidence of one step; it never goes on while a harm is proven, and never by more than one step.

    A harm takes the candidate back even from a rollout that is paused, as it keeps its units meanwhile. Everything else
    waits for a person then.
    """
    if not control.share or not treatment.share:
        return Move(Action.WAIT, _incomparable(control))
    if harm := _harm(plan, control, treatment):
        return Move(Action.ROLL_BACK, harm)
    move = _worried(plan, stand, control, treatment) or _unworried(plan, stand, control, treatment)
    return replace(move, action=Action.WAIT) if stand.is_paused else move


def remarks(units: int, strayed: int, unitless: int) -> tuple[str, ...]:
    """Say which answers are not part of a comparison, where they are many beside its units."""
    told: list[str] = []
    if unitless > _MATTERS * units:
        told.append(
            f"{unitless:,} answers came without a unit: those are served by the champion and are not part of the "
            "rollout."
        )
    if strayed > _MATTERS * units:
        told.append(f"{strayed:,} answers came from another version than their unit is assigned to and do not count.")
    return tuple(told)


def _incomparable(control: Arm) -> Judgement:
    without = "champion" if not control.share else "candidate"
    reason = f"The {without} has no units, so nothing can be compared."
    return Judgement(Verdict.CONTINUE, (reason,), f"units for the {without}")


def _harm(plan: Plan, control: Arm, treatment: Arm) -> Judgement | None:
    """Say what is proven worse; a goal only where the units arrive as they should."""
    guarded = replace(plan, signals=(), goal=None)
    if found := verdicts.against(guarded, control, treatment):
        return found
    if verdicts.doubt(control, treatment):
        return None
    return verdicts.against(replace(guarded, goal=plan.goal), control, treatment)


def _worried(plan: Plan, stand: Stand, control: Arm, treatment: Arm) -> Move | None:
    if UNEVEN not in stand.accepted and (doubt := verdicts.doubt(control, treatment)):
        return Move(Action.PAUSE, doubt, frozenset({UNEVEN}))
    watched = [signal for signal in plan.signals if signal.name not in stand.accepted]
    alone = replace(plan, guardrails=(), goal=None)
    found = verdicts.against(replace(alone, signals=watched), control, treatment)
    worse = [each.name for each in watched if verdicts.against(replace(alone, signals=[each]), control, treatment)]
    return Move(Action.PAUSE, found, frozenset(worse)) if found else None


def _unworried(plan: Plan, stand: Stand, control: Arm, treatment: Arm) -> Move:
    is_deciding = stand.following is None or stand.following >= WHOLE
    found = verdicts.unopposed(plan if is_deciding else without_goal(plan), control, treatment)
    if found.verdict is Verdict.INCONCLUSIVE:
        return _unless_accepted(stand, OPEN_GOAL, found)
    if found.verdict is not Verdict.SHIP:
        return Move(Action.WAIT, found)
    if stand.is_canary:
        return Move(Action.WAIT, replace(found, missing=f"{_A_PERSON}, or set another percentage"))
    return _passed(stand, found) if is_deciding else _halfway(stand, found)


def _passed(stand: Stand, found: Judgement) -> Move:
    """Decide at the last step before 100 per cent, or the last one of all, where nothing is missing but time."""
    if stand.rest_s > 0:
        return Move(Action.WAIT, replace(found, missing=_TIME))
    if stand.following is None:
        return _unless_accepted(stand, LAST_STEP, replace(found, missing=_A_PERSON))
    return Move(Action.PROMOTE, found)


def _halfway(stand: Stand, found: Judgement) -> Move:
    """Decide at an earlier step: that nothing was found worse takes the rollout on, but ships nothing yet."""
    going_on = replace(found, verdict=Verdict.CONTINUE)
    if stand.rest_s > 0:
        return Move(Action.WAIT, replace(going_on, missing=_TIME))
    return Move(Action.ADVANCE, going_on)


_TIME = "the end of the step's time"


def _unless_accepted(stand: Stand, worry: str, found: Judgement) -> Move:
    if worry in stand.accepted:
        return Move(Action.WAIT, found)
    return Move(Action.PAUSE, found, frozenset({worry}))
