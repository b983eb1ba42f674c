"""Where versions become champions: promoted when proven better, or put back in one step."""

from chassis.database import Transaction
from contracts.api.route import Arm, Route
from contracts.api.version import Rollback, Version, VersionStatus
from contracts.errors import GateNotPassed, NothingToRollBackTo
from contracts.events.release import ModelPromoted, ModelRolledBack
from registry import refusals, routes
from registry.decisions import gate
from registry.decisions.succession import predecessor
from registry.routes import Why
from registry.store import serving as ledger
from registry.store import versions as stored
from registry.successions import Change

_SAID = {Change.PROMOTED: ModelPromoted, Change.ROLLED_BACK: ModelRolledBack}


async def promote(tx: Transaction, version: Version, reason: str) -> Route:
    """Make a version the champion that passed the gate, or was champion before."""
    route = await routes.lock(tx, version.task)
    champion_id = _champion_id(route)
    if champion_id == version.id:
        return route
    objection = gate.objection(version.gate, champion_id)
    if objection and not await _has_served(tx, version):
        raise GateNotPassed(f"Version {version.label} may not serve. {objection}", verdict=version.gate.verdict)
    return await serve(tx, route, version, Why(Change.PROMOTED, reason))


async def roll_back(tx: Transaction, task: str, rollback: Rollback) -> Route:
    """Put the previous champion back, or the one that is named, without looking at any evidence."""
    route = await routes.lock(tx, task)
    version = await _named(tx, task, rollback.to) if rollback.to else await _previous(tx, task)
    if _champion_id(route) == version.id:
        return route
    return await serve(tx, route, version, Why(Change.ROLLED_BACK, rollback.reason))


async def serve(tx: Transaction, route: Route, version: Version, why: Why) -> Route:
    """Let a version serve all units of a locked route, in the champion's place."""
    previous = _champion_id(route)
    if previous:
        await stored.settle(tx, previous, VersionStatus.DEPRECATED)
    await stored.settle(tx, version.id, VersionStatus.ACTIVE)
    arm = Arm(version_id=version.id, label=version.label, artifact=version.artifact.sha256, weight=1)
    changed = await routes.change(tx, route, (arm,), why)
    said = _SAID[why.change](
        task=route.task,
        version_id=version.id,
        previous_version_id=previous,
        revision=changed.revision,
        reason=why.reason,
    )
    tx.publish(said)
    return changed


async def _named(tx: Transaction, task: str, version_id: str) -> Version:
    version = await stored.find(tx, version_id)
    if version is None or version.task != task:
        raise refusals.unknown_version(version_id)
    if not await _has_served(tx, version):
        raise NothingToRollBackTo(f"Version {version.label} of {task!r} was never the champion; promote it instead.")
    return version


async def _previous(tx: Transaction, task: str) -> Version:
    version_id = predecessor(await ledger.list_successions(tx, task))
    version = await stored.find(tx, version_id) if version_id else None
    if version is None:
        raise NothingToRollBackTo(f"No version of {task!r} served before the present one.", task=task)
    return version


async def _has_served(tx: Transaction, version: Version) -> bool:
    return any(each.champion == version.id for each in await ledger.list_successions(tx, version.task))


def _champion_id(route: Route) -> str | None:
    return route.champion.version_id if route.champion else None
