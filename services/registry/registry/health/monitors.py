"""Where the monitors of a task are shown and replaced."""

from chassis import editions
from chassis.database import Transaction
from contracts.api.monitor import DEFAULTS, Monitors
from contracts.commands.health import SetMonitors
from registry import routes
from registry.store import monitors as stored


async def get(tx: Transaction, task: str) -> Monitors:
    await routes.get(tx, task)
    return await of(tx, task)


async def of(tx: Transaction, task: str) -> Monitors:
    """Give the monitors of a task that there is."""
    return await stored.find(tx, task) or Monitors(task=task, revision=0, monitors=DEFAULTS)


async def replace(tx: Transaction, command: SetMonitors) -> Monitors:
    await routes.lock(tx, command.task)
    present = await of(tx, command.task)
    editions.refuse_stale(command.expected_revision, present.revision, f"The set of monitors of {command.task!r}")
    return await stored.replace(tx, command.task, command.monitors)
