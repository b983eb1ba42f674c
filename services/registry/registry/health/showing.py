"""Where it is answered how tasks do."""

from datetime import UTC, datetime, timedelta

from chassis.database import Transaction
from chassis.rpc.caller import Caller
from chassis.service import Parts
from contracts.api.health import HealthStatus, Overview, TaskHealth
from registry import routes
from registry.health import examining
from registry.store import alerts as raised
from registry.store import health as stored
from registry.store import health_changes

_FRESH = timedelta(seconds=5)
_MOST_TASKS = 1_000
_LAST_CHANGES = 10


async def overview(tx: Transaction) -> Overview:
    """Give how all tasks did when they were last looked at."""
    found = await stored.count(tx)
    counts = {status: found.get(status, 0) for status in HealthStatus}
    open_alerts = await raised.count_unresolved(tx)
    return Overview(counts=counts, open_alerts=open_alerts, tasks=tuple(await stored.list_worst(tx, limit=_MOST_TASKS)))


async def of_task(parts: Parts, caller: Caller, task: str) -> TaskHealth:
    """Give how a task does, looked at now unless that was just done; raises `UnknownTask`."""
    async with parts.database.transaction(caller.tenant) as tx:
        await routes.get(tx, task)
        seen = await stored.find(tx, task)
    if seen is None or abs(datetime.now(UTC) - seen.as_of) > _FRESH:
        seen = await examining.examine(parts, caller, task)
    async with parts.database.transaction(caller.tenant) as tx:
        changes = tuple(await health_changes.list_(tx, task, limit=_LAST_CHANGES))
        open_alerts = len(await raised.list_unresolved(tx, task))
        return seen.model_copy(update={"open_alerts": open_alerts, "changes": changes})
