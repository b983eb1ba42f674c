"""Where tasks are created and found."""

from chassis import pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.task import NewTask, Task
from contracts.errors import TaskExists
from registry import refusals, routes
from registry.store import tasks as stored


async def create(tx: Transaction, new: NewTask) -> Task:
    """Create a task with a route that is empty yet, so that everybody hears of the task."""
    task = await stored.insert(tx, new)
    if task is None:
        raise TaskExists(f"There is a task {new.key!r} already.", task=new.key)
    await routes.open_(tx, task.key)
    return task


async def get(tx: Transaction, key: str) -> Task:
    task = await stored.find(tx, key)
    if task is None:
        raise refusals.unknown_task(key)
    return task


async def list_(tx: Transaction, *, cursor: str | None, limit: int) -> Page[Task]:
    found = await stored.list_(tx, after=pages.key(cursor), limit=limit + 1)
    return pages.cut(found, limit, lambda task: task.key)
