"""Where the evidence of a rollout is looked at: one phase for each step, each judged by itself."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chassis.database import Transaction
from contracts.api.rollout import WHOLE, RolloutStatus, Terms
from contracts.api.version import Verdict
from registry import phases
from registry.decisions.trials import evidence, steps, verdicts
from registry.decisions.trials.plans import Arm, Judgement, Plan
from registry.decisions.trials.steps import Action, Move, Stand
from registry.store import phase_lists
from registry.store.phases import Phase
from registry.store.rollouts import Row

_NOTHING = Move(Action.WAIT, Judgement(Verdict.CONTINUE, ("No evidence has come in yet.",), "units on both arms"))


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a rollout at a time: the phases of its present attempt, and what follows from the last."""

    phases: list[Phase]
    move: Move

    @property
    def evidence(self) -> dict[str, Any]:
        """Give the sums on which it was decided, to be written down."""
        if not self.phases:
            return {}
        last = self.phases[-1]
        kept = {"phase_id": last.id, "number": last.number, "strayed": last.strayed, "unitless": last.unitless}
        return kept | {"arms": [each.model_dump(mode="json", exclude={"latencies"}) for each in last.arms]}


async def look(tx: Transaction, row: Row, now: datetime) -> Look:
    """Judge the present step of a rollout; a harm that comes to light late, of an earlier step, counts like its own."""
    found = await phase_lists.list_since(tx, row.id, row.attempt_since)
    if not found:
        return Look(found, _NOTHING)
    for earlier in found[:-1]:
        if late := _late_harm(row, earlier):
            return Look(found, Move(Action.ROLL_BACK, late))
    control, candidate = arms(found[-1])
    move = steps.decide(plan_of(row.terms, row.steps), _stand(row, now), control, candidate)
    return Look(found, replace(move, found=_remarked(move.found, found[-1])))


def arms(phase: Phase) -> tuple[Arm, Arm]:
    """Give champion and candidate with what is known of them."""
    control, candidate = evidence.arms(phases.weights(phase), phase.arms)
    return control, candidate


def plan_of(terms: Terms, percentages: tuple[float, ...]) -> Plan:
    """Give what decides at each step; the steps in which a harmless version could be stopped share alpha."""
    return evidence.plan(terms, steps=max(1, sum(each < WHOLE for each in percentages)))


def settled(row: Row, phase: Phase) -> Judgement:
    """Judge what is known of a phase that is over."""
    control, candidate = arms(phase)
    if not control.share:
        return _NOTHING.found
    return verdicts.judge(plan_of(row.terms, row.steps), control, candidate)


def _stand(row: Row, now: datetime) -> Stand:
    over = row.step_since + timedelta(seconds=row.interval_s)
    return Stand(
        following=row.following,
        rest_s=(over - now).total_seconds(),
        is_canary=row.is_canary,
        is_paused=row.status is RolloutStatus.PAUSED,
        accepted=frozenset(row.accepted),
    )


def _late_harm(row: Row, phase: Phase) -> Judgement | None:
    """Say what is proven worse by what came late about an earlier step."""
    control, candidate = arms(phase)
    stand = Stand(is_paused=True)
    move = steps.decide(plan_of(row.terms, row.steps), stand, control, candidate)
    if move.action is not Action.ROLL_BACK:
        return None
    told = f"This came to light late, of the step at {100 * candidate.share:.4g} %."
    return replace(move.found, reasons=(*move.found.reasons, told))


def _remarked(found: Judgement, phase: Phase) -> Judgement:
    units = sum(each.units for each in phase.arms)
    return replace(found, reasons=(*found.reasons, *steps.remarks(units, phase.strayed, phase.unitless)))
