"""Where routes are opened, changed, published and asked; every change is a line of the serving ledger."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from chassis import pages
from chassis.database import Transaction
from contracts import routing
from contracts.api.page import Page
from contracts.api.route import Arm, Resolution, Route, Serving
from contracts.errors import NothingServes
from contracts.topology import route_subject
from registry import refusals
from registry.store import routes as stored
from registry.store import serving as ledger
from registry.successions import Change

_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Why:
    """How a route changes, and for which reason."""

    change: Change
    reason: str


async def open_(tx: Transaction, task: str) -> Route:
    """Give a new task its route, with which nothing serves yet."""
    await stored.insert(tx, task, phase="empty", salt=token_hex(8))
    return await _record(tx, task, Why(Change.CREATED, "the task was created"))


async def get(tx: Transaction, task: str) -> Route:
    return _known(await stored.find(tx, task), task)


async def lock(tx: Transaction, task: str) -> Route:
    """Give the route and keep everybody else from changing it until the transaction ends."""
    return _known(await stored.lock(tx, task), task)


async def change(tx: Transaction, route: Route, arms: tuple[Arm, ...], why: Why) -> Route:
    """Give a locked route other arms, write that down, and publish it."""
    await stored.settle(tx, route.task, phase="serving", arms=arms)
    return await _record(tx, route.task, why)


async def resolve(tx: Transaction, task: str, unit: str | None) -> Resolution:
    """Give the version for a unit; without any fields of a version while nothing serves."""
    route = await get(tx, task)
    arm = routing.choose(route, unit)
    return Resolution(
        version_id=arm.version_id if arm else None,
        label=arm.label if arm else None,
        artifact=arm.artifact if arm else None,
        revision=route.revision,
        stale_seconds=0,
        reason="route",
    )


async def list_serving(tx: Transaction, task: str, *, cursor: str | None, limit: int) -> Page[Serving]:
    await get(tx, task)
    found = await ledger.list_(tx, task, before=pages.number(cursor, digits=_DIGITS), limit=limit + 1)
    return pages.cut(found, limit, lambda serving: str(serving.revision))


async def serving_at(tx: Transaction, task: str, at: datetime) -> Serving:
    await get(tx, task)
    found = await ledger.find(tx, task, at)
    if found is None or not found.arms:
        raise NothingServes(f"No version served {task!r} at {at.isoformat()}.", task=task)
    return found


def publish(tx: Transaction, tenant: str, route: Route, message_id: str) -> None:
    """Put a route into the bucket from which all clients follow it."""
    tx.put(route_subject(tenant, route.task), message_id, route.model_dump_json().encode())


async def _record(tx: Transaction, task: str, why: Why) -> Route:
    route = await get(tx, task)
    champion = route.champion.version_id if route.champion else None
    await ledger.insert(tx, task, champion=champion, change=why.change, reason=why.reason)
    publish(tx, tx.tenant, route, f"route:{tx.tenant}:{task}:{route.revision}")
    return route


def _known(route: Route | None, task: str) -> Route:
    if route is None:
        raise refusals.unknown_task(task)
    return route
