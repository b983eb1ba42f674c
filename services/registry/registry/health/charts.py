"""Where it is gathered what the registry itself knows of how a task does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.database import Transaction
from contracts.api.alert import Alert
from contracts.api.route import Route
from contracts.api.version import Version
from registry import alerts, routes
from registry.decisions.health import vitals
from registry.decisions.health.advice import Case
from registry.decisions.health.readings import Watching
from registry.decisions.health.vitals import Served
from registry.decisions.succession import predecessors
from registry.health import monitors
from registry.health.sources import Heard
from registry.store import alerts as raised
from registry.store import serving as ledger
from registry.store import versions

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Chart:
    """All that a task's health follows from."""

    case: Case
    watching: Watching
    unresolved: Sequence[Alert]
    as_of: datetime


async def read(tx: Transaction, task: str, heard: Heard, as_of: datetime) -> Chart:
    """Gather it, with the alerts locked; raises `UnknownTask`."""
    route = await routes.get(tx, task)
    unresolved = await raised.list_unresolved(tx, task)
    held = {(each.version_id, each.about): each.severity for each in unresolved if alerts.is_watched(each)}
    watching = Watching((await monitors.of(tx, task)).monitors, held, heard.live)
    served = await _served(tx, route, as_of)
    return Chart(
        Case(task, served, heard.live, await _may_roll_back(tx, task), heard.waiting), watching, unresolved, as_of
    )


async def champion_with_labels(tx: Transaction, task: str) -> str | None:
    """Give the id of the champion, if its card says which labels it learnt from; raises `UnknownTask`."""
    champion_id = (await routes.get(tx, task)).champion_version_id
    champion = await versions.find(tx, champion_id) if champion_id else None
    return champion_id if champion and vitals.prevalence(champion) else None


async def _served(tx: Transaction, route: Route, as_of: datetime) -> tuple[Served, ...]:
    """Give the versions that serve, the champion first; several arms of one version count together."""
    weights: dict[str, float] = {}
    for arm in sorted(route.arms, key=lambda arm: arm.version_id != route.champion_version_id):
        weights[arm.version_id] = weights.get(arm.version_id, 0.0) + arm.weight
    found = await versions.find_all(tx, list(weights))
    return tuple(
        Served(found[id], weight, _age(found[id], as_of), id == route.champion_version_id)
        for id, weight in weights.items()
    )


async def _may_roll_back(tx: Transaction, task: str) -> bool:
    return bool(predecessors(await ledger.list_successions(tx, task)))


def _age(version: Version, as_of: datetime) -> float:
    return max(0.0, (as_of - version.created_at).total_seconds() / _DAY_S)
