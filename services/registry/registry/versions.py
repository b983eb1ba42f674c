"""Where versions are registered, judged and found."""

from chassis import pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.route import Route
from contracts.api.version import Verdict, Version
from contracts.commands.versions import ListVersions
from contracts.events.release import VersionRegistered
from contracts.events.training import TrainingCompleted
from registry import refusals, releases, routes
from registry.decisions import gate, labels
from registry.routes import Why
from registry.store import versions as stored
from registry.successions import Change

_DIGITS = 9


async def register(tx: Transaction, completed: TrainingCompleted) -> None:
    """Make a version of what was trained, judge it, and let it serve if it is proven better and may be released.

    That it is registered is said after its route was put: whoever hears it can rely on the route.
    """
    route = await routes.lock(tx, completed.task)
    if await stored.find(tx, completed.version_id):
        return
    version = await _insert(tx, completed, route)
    promoted = completed.auto_release and version.gate.verdict is Verdict.SHIP
    if promoted:
        await releases.serve(tx, route, version, Why(Change.PROMOTED, " ".join(version.gate.reasons)))
    tx.publish(_registered(version, completed.job_id, promoted=promoted))


async def get(tx: Transaction, version_id: str) -> Version:
    version = await stored.find(tx, version_id)
    if version is None:
        raise refusals.unknown_version(version_id)
    return version


async def list_(tx: Transaction, wanted: ListVersions) -> Page[Version]:
    await routes.get(tx, wanted.task)
    before = pages.number(wanted.cursor, digits=_DIGITS)
    found = await stored.list_(tx, wanted.task, status=wanted.status, before=before, limit=wanted.limit + 1)
    return pages.cut(found, wanted.limit, lambda version: str(version.number))


async def _insert(tx: Transaction, completed: TrainingCompleted, route: Route) -> Version:
    champion_id = route.champion.version_id if route.champion else None
    judged = gate.judge(completed.metrics, completed.paired, champion_id, completed.comparison)
    newest = next(iter(await stored.list_(tx, completed.task)), None)
    label = labels.FIRST if newest is None else labels.following(newest.label, same_parameters=_same(newest, completed))
    return await stored.insert(tx, completed, judged, number=newest.number + 1 if newest else 1, label=label)


def _same(newest: Version, completed: TrainingCompleted) -> bool:
    return newest.lineage.get("parameters") == completed.lineage.get("parameters")


def _registered(version: Version, job_id: str, *, promoted: bool) -> VersionRegistered:
    return VersionRegistered(
        task=version.task,
        version_id=version.id,
        job_id=job_id,
        number=version.number,
        label=version.label,
        verdict=version.gate.verdict,
        reasons=version.gate.reasons,
        promoted=promoted,
    )
