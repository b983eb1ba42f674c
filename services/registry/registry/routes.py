"""Where routes are opened, changed, published and asked; every change is a line of the serving ledger."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from chassis import editions, pages
from chassis.database import Transaction
from contracts import routing
from contracts.api.page import Page
from contracts.api.prompt import ServedPrompt
from contracts.api.route import Arm, Resolution, Route, Serving
from contracts.errors import NothingServes
from contracts.topology import prompt_subject, route_subject
from registry import refusals
from registry.store import prompts
from registry.store import routes as stored
from registry.store import serving as ledger
from registry.store.routes import Layout
from registry.successions import Change

PROMPTED = "chat"
"""The kind whose versions are prompts."""

_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Why:
    """How a route changes, and for which reason."""

    change: Change
    reason: str


async def open_(tx: Transaction, task: str) -> Route:
    """Give a new task its route, with which nothing serves yet."""
    await stored.insert(tx, task, phase="empty", salt=token_hex(8))
    return await _record(tx, await get(tx, task), Why(Change.CREATED, "the task was created"))


async def get(tx: Transaction, task: str) -> Route:
    return _known(await stored.find(tx, task), task)


async def lock(tx: Transaction, task: str, expected_revision: int | None = None) -> Route:
    """Give the route and keep everybody else from changing it until the transaction ends.

    Raises `UnknownTask`, and `Stale` if it is no longer as the asker has seen it.
    """
    route = _known(await stored.lock(tx, task), task)
    editions.refuse_stale(expected_revision, route.revision, f"The route of {task!r}")
    return route


async def change(tx: Transaction, route: Route, layout: Layout, why: Why) -> Route:
    """Give a locked route other arms, write that down, and publish it."""
    return await _record(tx, await stored.settle(tx, route.task, layout), why)


async def set_default(tx: Transaction, route: Route, default: Arm | None, reason: str) -> Route:
    """Say what serves while a locked route has no arms, write that down, and publish it."""
    changed = await stored.set_default(tx, route.task, default)
    return await _record(tx, changed, Why(Change.CONFIGURED, reason))


async def close(tx: Transaction, route: Route, reason: str) -> None:
    """Have nothing serve by a locked route any more, write that down, and publish that its task is gone."""
    await _record(tx, await stored.close(tx, route.task), Why(Change.CONFIGURED, reason))


async def resolve(tx: Transaction, task: str, unit: str | None) -> Resolution:
    """Give the version for a unit; without any fields of a version while nothing serves."""
    return routing.resolve(await get(tx, task), unit)


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


def publish_prompt(tx: Transaction, tenant: str, prompt: ServedPrompt, message_id: str) -> None:
    """Put the text of a prompt into the bucket where clients find what a route names."""
    tx.put(prompt_subject(tenant, prompt.version_id), message_id, prompt.model_dump_json().encode())


async def _push_prompts(tx: Transaction, route: Route) -> None:
    """Let the texts leave before the route that names them."""
    if route.kind != PROMPTED:
        return
    named = {arm.version_id for arm in (*route.arms, route.default) if arm}
    for prompt in await prompts.find_all(tx, sorted(named)):
        publish_prompt(tx, tx.tenant, prompt, f"prompt:{tx.tenant}:{prompt.version_id}")


async def _record(tx: Transaction, route: Route, why: Why) -> Route:
    await _push_prompts(tx, route)
    await ledger.insert(tx, route.task, change=why.change, reason=why.reason)
    publish(tx, tx.tenant, route, f"route:{tx.tenant}:{route.task}:{route.revision}")
    return route


def _known(route: Route | None, task: str) -> Route:
    if route is None:
        raise refusals.unknown_task(task)
    return route
