"""Where tasks are created, found, changed and taken away."""

from chassis import editions, pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.route import Route
from contracts.api.task import NewTask, Task, TaskChange
from contracts.api.version import Version
from contracts.errors import InvalidInput, LimitReached, TaskExists, TaskInUse
from registry import admissions, refusals, retiring, routes
from registry.store import experiments, rollouts, versions
from registry.store import tasks as stored

_DEFAULT = "default_version"


async def create(tx: Transaction, new: NewTask, *, at_most: int | None = None) -> Task:
    """Create a task with a route that is empty yet, so that everybody hears of the task."""
    if at_most is not None:
        await _demand_room(tx, at_most)
    if not await stored.insert(tx, new):
        raise TaskExists(await _why_taken(tx, new.key), task=new.key)
    await routes.open_(tx, new.key)
    return await get(tx, new.key)


async def get(tx: Transaction, key: str) -> Task:
    """Give a task; raises `UnknownTask`."""
    task = await stored.find(tx, key)
    if task is None:
        raise refusals.unknown_task(key)
    return task


async def list_(tx: Transaction, *, cursor: str | None, limit: int) -> Page[Task]:
    """Give a page of the tasks, by key."""
    found = await stored.list_(tx, after=pages.key(cursor), limit=limit + 1)
    return pages.cut(found, limit, lambda task: task.key)


async def change(tx: Transaction, key: str, wanted: TaskChange, expected_revision: int | None = None) -> Task:
    """Change what is given; a default version is published at once, for whoever has nothing else to serve."""
    route, task = await routes.lock(tx, key), await get(tx, key)
    editions.refuse_stale(expected_revision, task.revision, f"The task {key!r}")
    changed = task.model_copy(update=wanted.given)
    if changed == task:
        return task
    await stored.settle(tx, changed)
    if changed.default_version != task.default_version:
        await _set_default(tx, route, changed.default_version)
    await retiring.tidy(tx, await routes.get(tx, key))
    return await get(tx, key)


async def delete(tx: Transaction, key: str, *, force: bool, expected_revision: int | None = None) -> Task:
    """Take a task away for good; raises `TaskInUse` while it is used, though with ``force`` not because it serves."""
    route, task = await routes.lock(tx, key), await get(tx, key)
    editions.refuse_stale(expected_revision, task.revision, f"The task {key!r}")
    if open_ := await _find_open(tx, key):
        raise TaskInUse(f"The task {key!r} has {open_}; end it before you delete the task.", task=key)
    if (route.arms or route.default) and not force:
        detail = f"A version serves {key!r}; delete with force=true to have it stop, and applications get none then."
        raise TaskInUse(detail, task=key)
    await routes.close(tx, route, "the task was deleted")
    return task


async def _demand_room(tx: Transaction, at_most: int) -> None:
    await stored.lock(tx)
    if await stored.count(tx) >= at_most:
        detail = f"The plan of this tenant allows {at_most:,} tasks at most, and there are as many; delete one first."
        raise LimitReached(detail, what="tasks", limit=at_most)


async def _find_open(tx: Transaction, key: str) -> str | None:
    if rollout := await rollouts.find_open(tx, key):
        return f"an open rollout, {rollout.id}"
    experiment = await experiments.find_open(tx, key)
    return f"an open experiment, {experiment.id}" if experiment else None


async def _set_default(tx: Transaction, route: Route, version_id: str | None) -> None:
    version = await _fit_default(tx, route.task, version_id) if version_id else None
    reason = f"version {version.label} was made the default" if version else "the default was taken away"
    await routes.set_default(tx, route, version.arm() if version else None, reason)


async def _fit_default(tx: Transaction, task: str, version_id: str) -> Version:
    """Give the version if it may serve when nothing else does."""
    version = await versions.find(tx, version_id)
    if version is None or version.task != task:
        raise InvalidInput.at(_DEFAULT, f"there is no version {version_id!r} of the task {task!r}")
    await admissions.demand_triable(tx, version)
    await admissions.demand_approved(tx, version)
    return version


async def _why_taken(tx: Transaction, key: str) -> str:
    if await stored.find(tx, key):
        return f"There is a task {key!r} already."
    return f"There was a task {key!r}, which was deleted; its history is kept, so choose another key."
