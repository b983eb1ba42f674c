"""Where a rollout moves: every move changes its row, writes a line of its history, and lays out the route anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chassis.database import Transaction
from contracts.api.rollout import RolloutStatus
from contracts.api.route import Route
from contracts.api.version import Verdict
from contracts.errors import NotReleasable
from registry import endings, releases, splits
from registry.decisions.trials.plans import Judgement
from registry.rollouts.held import Held
from registry.routes import Why
from registry.store import rollout_changes, versions
from registry.store.rollouts import Row
from registry.successions import Change


async def begin(tx: Transaction, held: Held, action: str, reason: str) -> Route:
    """Let a rollout serve its present step, which is new."""
    await endings.tell(tx, held.rollout, action)
    return await lay_out(tx, held, reason)


async def advance(tx: Transaction, held: Held, found: Judgement, evidence: Mapping[str, Any]) -> Row:
    """Go on to the next step, where the candidate does not have all units yet."""
    row = held.rollout
    changed = replace(
        judged(row, found), step=row.step + 1, status=RolloutStatus.RUNNING, verdict=Verdict.CONTINUE, accepted=()
    )
    moved = await rollout_changes.settle(tx, changed, is_new_step=True)
    await endings.tell(tx, moved, "advanced", evidence)
    await lay_out(tx, Held(held.route, moved), f"Rolled out to {moved.traffic_percent:g} %. {' '.join(found.reasons)}")
    return moved


async def complete(tx: Transaction, held: Held, found: Judgement, evidence: Mapping[str, Any]) -> Row:
    """Make the candidate the champion; whatever else is open for the task ends."""
    row = held.rollout
    version = (await versions.find_all(tx, [row.version_id]))[row.version_id]
    ended = await rollout_changes.end(tx, row, RolloutStatus.COMPLETED, found.verdict, found.reasons)
    await endings.tell(tx, ended, "completed", evidence)
    await endings.end_all(tx, row.task, f"Version {version.label} was rolled out to all units.")
    reason = f"Rolled out to all units. {' '.join(found.reasons)}"
    await releases.serve(tx, held.route, version, Why(Change.PROMOTED, reason))
    return ended


async def pause(tx: Transaction, held: Held, found: Judgement, evidence: Mapping[str, Any]) -> Row:
    """Keep the units as they are, and let a person decide."""
    paused = replace(judged(held.rollout, found), status=RolloutStatus.PAUSED)
    return await _restand(tx, paused, "paused", evidence)


async def resume(tx: Transaction, held: Held, reason: str, accepted: Sequence[str]) -> Row:
    """Let a rollout go on, whatever worries were let pass by that."""
    row = held.rollout
    resumed = replace(
        row,
        status=RolloutStatus.RUNNING,
        reasons=(reason,),
        missing="",
        accepted=tuple(sorted({*row.accepted, *accepted})),
    )
    return await _restand(tx, resumed, "resumed", {"accepted": resumed.accepted})


async def take_back(
    tx: Transaction, held: Held, status: RolloutStatus, found: Judgement, evidence: Mapping[str, Any]
) -> Row:
    """Give all units of the candidate back, at once."""
    ended = await rollout_changes.end(tx, held.rollout, status, found.verdict, found.reasons)
    await endings.tell(tx, ended, str(status), evidence)
    await lay_out(tx, Held(held.route, ended), f"The rollout was {_SAID[status]}. {' '.join(found.reasons)}")
    return ended


async def lay_out(tx: Transaction, held: Held, reason: str) -> Route:
    """Divide the units as the rollout says; the champion stays."""
    champion_id = held.route.champion_version_id
    if champion_id is None:
        raise NotReleasable(f"No version of {held.route.task!r} serves.", task=held.route.task)
    return await splits.lay_out(tx, held.route, champion_id, Why(Change.SHIFTED, reason))


def judged(row: Row, found: Judgement) -> Row:
    """Give a rollout as it was judged."""
    return replace(row, verdict=found.verdict, reasons=found.reasons, missing=found.missing)


_SAID = {RolloutStatus.ROLLED_BACK: "rolled back", RolloutStatus.ABORTED: "aborted"}


async def _restand(tx: Transaction, changed: Row, action: str, evidence: Mapping[str, Any]) -> Row:
    moved = await rollout_changes.settle(tx, changed, is_new_step=False)
    await endings.tell(tx, moved, action, evidence)
    return moved
