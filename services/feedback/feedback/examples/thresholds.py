"""Where it is asked from which quality on a task's corrections are approved by themselves."""

import asyncio
import time
from collections.abc import Iterable, Mapping

from nats.aio.client import Client

from chassis.logging import log
from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from contracts.commands.tasks import GetTask
from contracts.errors import DomainError
from contracts.event import Cause

Approval = Mapping[tuple[str, str], float | None]
"""The least quality for automatic approval, by tenant and task; None where people review everything."""

_FRESH_S = 5.0


class Thresholds:
    """The last known thresholds; while the registry cannot be asked they stay, and what is unknown goes to review."""

    def __init__(self, connection: Client) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], float | None] = {}
        self._asked_at: dict[tuple[str, str], float] = {}

    async def of(self, tasks: Iterable[tuple[str, str]]) -> Approval:
        """Give the thresholds of some tasks, at most five seconds old."""
        wanted = list(tasks)
        oldest = time.monotonic() - _FRESH_S
        await asyncio.gather(*(self._ask(*task) for task in wanted if self._asked_at.get(task, 0) <= oldest))
        return {task: self._known.get(task) for task in wanted}

    async def _ask(self, tenant: str, task: str) -> None:
        try:
            found = await ask(self._connection, GetTask(key=task), Caller(tenant, Cause("ratchet")))
            self._known[tenant, task] = found.auto_approve_quality
        except DomainError as refusal:
            log().warning("threshold.unknown", tenant=tenant, task=task, reason=refusal.detail)
        self._asked_at[tenant, task] = time.monotonic()
