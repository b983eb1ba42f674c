"""Where it is decided whether a version may be rolled out on a locked route."""

from chassis.database import Transaction
from contracts.api.route import Route
from contracts.api.version import Version
from contracts.errors import NothingServes, NotReleasable, ReleaseUnderWay, UnknownVersion
from registry import admissions, refusals
from registry.store import experiments, rollouts
from registry.store import versions as stored


async def find(tx: Transaction, task: str, version_id: str) -> Version:
    """Give a version of this task; raises `UnknownVersion`."""
    version = await stored.find(tx, version_id)
    if version is None:
        raise refusals.unknown_version(version_id)
    if version.task != task:
        detail = f"Version {version.label} ({version_id}) is one of task {version.task!r}, not of {task!r}."
        raise UnknownVersion(detail, version_id=version_id)
    return version


async def demand_free(tx: Transaction, task: str) -> None:
    """Refuse where another rollout is open; raises `ReleaseUnderWay`."""
    if other := await rollouts.find_open(tx, task):
        detail = (
            f"Rollout {other.id} of {task!r} is {other.status} at {other.traffic_percent:g} %; "
            "promote or abort it before you start another."
        )
        raise ReleaseUnderWay(detail, rollout_id=other.id)


async def demand_triable(tx: Transaction, route: Route, version: Version) -> str:
    """Refuse a version that may not take units from the champion, and give the champion's id.

    Raises `NothingServes`, `NotReleasable`, `GateNotPassed`, `ApprovalNeeded`, `ReleaseUnderWay`.
    """
    champion_id = route.champion_version_id
    if champion_id is None:
        detail = f"No version of {route.task!r} serves yet, so there is nothing to compare with; promote a first one."
        raise NothingServes(detail, task=route.task)
    if champion_id == version.id:
        detail = f"Version {version.label} is the champion of {route.task!r} already."
        raise NotReleasable(detail, version_id=version.id)
    await admissions.demand_triable(tx, version)
    await admissions.demand_approved(tx, version)
    await _refuse_arm(tx, version)
    return champion_id


async def _refuse_arm(tx: Transaction, version: Version) -> None:
    experiment = await experiments.find_open(tx, version.task)
    if experiment and version.id in experiment.shares:
        detail = (
            f"Version {version.label} is an arm of experiment {experiment.id}, which is open; "
            "stop it first, or roll out another version."
        )
        raise ReleaseUnderWay(detail, experiment_id=experiment.id)
