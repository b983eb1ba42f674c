"""Where a person steers a rollout: pause, resume, advance, abort, retry."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from chassis import editions
from chassis.database import Transaction
from contracts.api.rollout import OPEN, WHOLE, RolloutAction, RolloutStatus
from contracts.api.version import Verdict
from contracts.commands.rollouts import SteerRollout
from contracts.errors import GateNotPassed, RolloutEnded
from registry import admissions
from registry.decisions.trials.plans import Judgement
from registry.rollouts import candidates, held, looks, moves
from registry.rollouts.held import Held
from registry.rollouts.looks import Look
from registry.store import rollout_changes, versions
from registry.store.rollouts import Row

Steer = Callable[[Transaction, Held, str], Awaitable[Row]]


async def steer(tx: Transaction, command: SteerRollout) -> Row:
    """Do what a person says about a rollout; raises `UnknownRollout`, `RolloutEnded`, `Stale`, `GateNotPassed`."""
    found = await held.hold(tx, command.rollout_id)
    row = found.rollout
    editions.refuse_stale(command.expected_revision, row.revision, f"Rollout {row.id}")
    steered, allowed, reason = _STEERED[command.action]
    if row.status not in allowed:
        raise RolloutEnded(_refusal(row, command.action), rollout_status=str(row.status))
    return await steered(tx, found, command.reason or reason)


async def pause(tx: Transaction, found: Held, reason: str) -> Row:
    judged = Judgement(found.rollout.verdict, (reason,), "a person: resume, advance or abort")
    return await moves.pause(tx, found, judged, {})


async def resume(tx: Transaction, found: Held, reason: str) -> Row:
    """Let a rollout go on: whatever would pause it at once again is let pass until the step changes."""
    seen = await _look(tx, found)
    return await moves.resume(tx, found, reason, tuple(seen.move.worries))


async def advance(tx: Transaction, found: Held, reason: str) -> Row:
    """Take the next step at once, whatever the evidence; the one to all units needs the gate, or the verdict ship."""
    seen, row = await _look(tx, found), found.rollout
    if row.following is not None and row.following < WHOLE:
        told = Judgement(Verdict.CONTINUE, (reason, *seen.move.found.reasons))
        return await moves.advance(tx, found, told, seen.evidence)
    await _demand_proof(tx, found, seen.move.found)
    told = Judgement(seen.move.found.verdict, (reason, *seen.move.found.reasons))
    return await moves.complete(tx, found, told, seen.evidence)


async def abort(tx: Transaction, found: Held, reason: str) -> Row:
    seen = await _look(tx, found)
    told = Judgement(seen.move.found.verdict, (reason,))
    return await moves.take_back(tx, found, RolloutStatus.ABORTED, told, seen.evidence)


async def retry(tx: Transaction, found: Held, reason: str) -> Row:
    """Begin a rollout anew from its first step, if its version may still be rolled out."""
    row = found.rollout
    version = await candidates.find(tx, row.task, row.version_id)
    baseline_id = await candidates.demand_triable(tx, found.route, version)
    await candidates.demand_free(tx, row.task)
    begun = await rollout_changes.restart(tx, replace(_from_the_start(row), baseline_id=baseline_id, reasons=(reason,)))
    told = f"Rolled out to {begun.traffic_percent:g} %, attempt {begun.attempt}. {reason}"
    await moves.begin(tx, Held(found.route, begun), "retried", told)
    return begun


_STEERED: dict[RolloutAction, tuple[Steer, frozenset[RolloutStatus], str]] = {
    RolloutAction.PAUSE: (pause, frozenset({RolloutStatus.RUNNING}), "Paused by a person."),
    RolloutAction.RESUME: (resume, frozenset({RolloutStatus.PAUSED}), "Resumed by a person."),
    RolloutAction.ADVANCE: (advance, OPEN, "Advanced by a person."),
    RolloutAction.ABORT: (abort, OPEN, "Aborted by a person."),
    RolloutAction.RETRY: (
        retry,
        frozenset({RolloutStatus.ROLLED_BACK, RolloutStatus.ABORTED}),
        "Tried again by a person.",
    ),
}


def _from_the_start(row: Row) -> Row:
    return replace(row, status=RolloutStatus.RUNNING, step=0, verdict=Verdict.CONTINUE, missing="", accepted=())


async def _look(tx: Transaction, found: Held) -> Look:
    return await looks.look(tx, found.rollout, await rollout_changes.now(tx))


async def _demand_proof(tx: Transaction, found: Held, seen: Judgement) -> None:
    if seen.verdict is Verdict.SHIP:
        return
    row = found.rollout
    version = (await versions.find_all(tx, [row.version_id]))[row.version_id]
    try:
        await admissions.demand_promotable(tx, version, found.route.champion_version_id)
    except GateNotPassed as refusal:
        detail = f"{refusal.detail} Nor does the live evidence say ship: {' '.join(seen.reasons)}"
        raise GateNotPassed(detail, verdict=str(seen.verdict)) from refusal


def _refusal(row: Row, action: RolloutAction) -> str:
    allowed = _STEERED[action][1]
    states = " or ".join(sorted(str(each).replace("_", " ") for each in allowed))
    return f"The rollout is {str(row.status).replace('_', ' ')}; {action} is for one that is {states}."
