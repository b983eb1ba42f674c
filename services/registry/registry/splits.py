"""Where it follows from the champion, the rollout and the experiment of a task how its units are divided.

The champion has all units, or an experiment divides them; a rollout takes its share from whatever there is. Phases are
opened and closed along with that, so that every unit counts once for each step of a rollout and each experiment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from secrets import token_hex

from chassis.database import Transaction
from contracts.api.route import Arm, Route
from contracts.events.phases import Segment
from registry import phases, routes
from registry.decisions import shares
from registry.decisions.shares import Shares
from registry.routes import Layout, Why
from registry.store import experiments, rollouts, versions
from registry.store import phases as stored
from registry.store.phases import Owner, Phase


@dataclass(frozen=True, slots=True)
class _Owned:
    owner: Owner
    owner_id: str
    divided: Shares


async def lay_out(tx: Transaction, route: Route, champion_id: str, why: Why) -> Route:
    """Give a locked route the arms that follow from what is open for its task, and phases to match."""
    wanted = await _wanted(tx, route.task, champion_id)
    segments = wanted[-1].divided.segments if wanted else (Segment(version_id=champion_id, weight=1.0),)
    present = await stored.list_open(tx, route.task)
    # Assignment is sticky while units are divided; the next time others should be the first to try something new.
    salt = route.salt if present or not wanted else token_hex(8)
    phase = wanted[-1].owner if wanted else "serving"
    layout = Layout(phase, await _arms(tx, segments), champion_id, salt)
    changed = await routes.change(tx, route, layout, why)
    await _reconcile(tx, changed, present, wanted)
    return changed


async def _wanted(tx: Transaction, task: str, champion_id: str) -> list[_Owned]:
    """Say how what is open divides the units; the last one says what each unit gets."""
    rollout, experiment = await rollouts.find_open(tx, task), await experiments.find_open(tx, task)
    base, wanted = shares.side_by_side({champion_id: 1.0}), list[_Owned]()
    if experiment:
        base = shares.side_by_side(experiment.shares)
        versions_in_order = tuple(dict.fromkeys((experiment.control_id, *experiment.shares)))
        wanted.append(_Owned("experiment", experiment.id, Shares(base, versions_in_order)))
    if rollout:
        segments = shares.ramp(base, rollout.version_id, rollout.traffic_percent / 100)
        wanted.append(_Owned("rollout", rollout.id, Shares(segments, (champion_id, rollout.version_id))))
    return wanted


async def _arms(tx: Transaction, segments: Sequence[Segment]) -> tuple[Arm, ...]:
    found = await versions.find_all(tx, [segment.version_id for segment in segments])
    return tuple(found[segment.version_id].arm(segment.weight) for segment in segments)


async def _reconcile(tx: Transaction, route: Route, present: Iterable[Phase], wanted: Iterable[_Owned]) -> None:
    """End the phases that are no longer as wanted, and begin those that are missing."""
    missing = {each.owner_id: each for each in wanted}
    for phase in present:
        owned = missing.get(phase.owner_id)
        if owned and phases.is_same(phase, route, owned.divided):
            del missing[phase.owner_id]
        else:
            await phases.close(tx, phase)
    for each in missing.values():
        await phases.open_(tx, route, each.owner, each.owner_id, each.divided)
