"""Where versions are set aside, by people or because later ones are better; what serves or is tried never is."""

from chassis.database import Transaction
from contracts.api.route import Route
from contracts.api.version import Version, VersionStatus
from contracts.errors import NotReleasable
from contracts.events.release import VersionRetired
from registry import refusals, routes
from registry.store import experiments, rollouts, tasks
from registry.store import serving as ledger
from registry.store import versions as stored

_CHAMPIONS_KEPT = 10
_SUCCESSIONS_SEEN = 100


async def retire(tx: Transaction, version_id: str, status: VersionStatus, reason: str) -> Version:
    """Deprecate or archive a version; once is as good as twice. Raises `UnknownVersion`, `NotReleasable`."""
    found = await _known(tx, version_id)
    route = await routes.lock(tx, found.task)
    version = await _known(tx, version_id)
    if version.status is status:
        return version
    await _refuse(tx, route, version)
    await stored.settle(tx, version.id, status)
    _tell(tx, version.task, version.id, status, reason)
    return await _known(tx, version.id)


async def tidy(tx: Transaction, route: Route, *, before: Version | None = None) -> None:
    """Deprecate candidates older than a new champion, and archive what a task need not keep, on a locked route."""
    if await stored.is_tidy(tx, route.task, before.number if before else 0):
        return
    spared = list(await in_use(tx, route))
    if before:
        for each in await stored.deprecate_before(tx, route.task, before.number, sparing=spared):
            _tell(tx, route.task, each, VersionStatus.DEPRECATED, f"Version {before.label} was promoted instead.")
    task = await tasks.find(tx, route.task)
    if task is None:
        return
    spared += (await ledger.list_champions(tx, route.task, lines=_SUCCESSIONS_SEEN))[:_CHAMPIONS_KEPT]
    for each in await stored.archive_old(tx, route.task, keep=task.keep_versions, sparing=spared):
        reason = f"The task keeps its {task.keep_versions:,} newest deprecated versions."
        _tell(tx, route.task, each, VersionStatus.ARCHIVED, reason)


async def in_use(tx: Transaction, route: Route) -> dict[str, str]:
    """Give the versions that serve or are tried, each with a clause that says in which way."""
    used: dict[str, str] = {}
    if experiment := await experiments.find_open(tx, route.task):
        used |= dict.fromkeys(experiment.shares, f"is part of the experiment {experiment.id}, which is open")
    if rollout := await rollouts.find_open(tx, route.task):
        clause = f"is part of the rollout {rollout.id}, which is open"
        used |= {rollout.version_id: clause, rollout.baseline_id: clause}
    if route.default:
        used[route.default.version_id] = "is the default version of its task"
    return used | {arm.version_id: "serves" for arm in route.arms}


async def _refuse(tx: Transaction, route: Route, version: Version) -> None:
    if clause := (await in_use(tx, route)).get(version.id):
        raise NotReleasable(f"Version {version.label} {clause}, so it stays as it is.", version_id=version.id)
    if version.status is VersionStatus.ARCHIVED:
        raise NotReleasable(f"Version {version.label} is archived, and stays so.", version_id=version.id)


async def _known(tx: Transaction, version_id: str) -> Version:
    version = await stored.find(tx, version_id)
    if version is None:
        raise refusals.unknown_version(version_id)
    return version


def _tell(tx: Transaction, task: str, version_id: str, status: VersionStatus, reason: str) -> None:
    tx.publish(VersionRetired(task=task, version_id=version_id, status=status, reason=reason))
