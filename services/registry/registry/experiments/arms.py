"""Where it is decided whether versions may serve side by side on a locked route, and which of them is the control."""

from collections.abc import Iterable

from chassis.database import Transaction
from contracts.api.experiment import NewArm, NewExperiment
from contracts.api.route import Route
from contracts.api.version import Version
from contracts.errors import InvalidInput, NothingServes, ReleaseUnderWay, UnknownVersion
from registry import admissions, refusals
from registry.store import experiments, rollouts, versions

LEAST_SHARE = 1e-5
"""A smaller share would hardly ever get a unit."""


async def admit(tx: Transaction, route: Route, new: NewExperiment) -> list[Version]:
    """Give the arms, the control first, if all of them may serve some units.

    Raises `NothingServes`, `ReleaseUnderWay`, `UnknownVersion`, `InvalidInput`, `NotReleasable`, `GateNotPassed`,
    `ApprovalNeeded`.
    """
    if route.champion_version_id is None:
        detail = f"No version of {new.task!r} serves yet, so there is nothing to compare with; promote a first one."
        raise NothingServes(detail, task=new.task)
    await _demand_free(tx, new.task)
    _demand_shares(new)
    found = await _find_all(tx, new.task, new.arms)
    control_id = route.champion_version_id if route.champion_version_id in new.shares else new.arms[0].version_id
    for version in found:
        if version.id != route.champion_version_id:
            await _demand_triable(tx, version)
    return sorted(found, key=lambda version: version.id != control_id)


async def _demand_free(tx: Transaction, task: str) -> None:
    if other := await experiments.find_open(tx, task):
        named = f" ({other.name})" if other.name else ""
        detail = f"Experiment {other.id}{named} of {task!r} is running; stop it before you start another."
        raise ReleaseUnderWay(detail, experiment_id=other.id)


def _demand_shares(new: NewExperiment) -> None:
    for place, share in enumerate(new.shares.values()):
        if share < LEAST_SHARE:
            raise InvalidInput.at(f"arms.{place}.weight", f"must be at least {LEAST_SHARE:.3%} of all weights")


async def _find_all(tx: Transaction, task: str, arms: Iterable[NewArm]) -> list[Version]:
    found = await versions.find_all(tx, [arm.version_id for arm in arms])
    for arm in arms:
        version = found.get(arm.version_id)
        if version is None:
            raise refusals.unknown_version(arm.version_id)
        if version.task != task:
            detail = f"Version {version.label} ({version.id}) is one of task {version.task!r}, not of {task!r}."
            raise UnknownVersion(detail, version_id=version.id)
    return [found[arm.version_id] for arm in arms]


async def _demand_triable(tx: Transaction, version: Version) -> None:
    rollout = await rollouts.find_open(tx, version.task)
    if rollout and rollout.version_id == version.id:
        detail = (
            f"Version {version.label} is being rolled out by rollout {rollout.id}; let that end first, or compare "
            "other versions."
        )
        raise ReleaseUnderWay(detail, rollout_id=rollout.id)
    await admissions.demand_triable(tx, version)
    await admissions.demand_approved(tx, version)
