"""Where a service finds out whether a task exists: in the routes pushed to it, or else by asking the registry."""

import time

from nats.aio.client import Client

from chassis.routes import Routes
from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from contracts.api.route import DELETED, Route
from contracts.commands.versions import GetRoute
from contracts.errors import UnknownTask
from contracts.event import Cause

_REMEMBER_MISSING_S = 1.0
_MISSING_AT_MOST = 10_000


class KnownTasks:
    """The tasks of all tenants; each has a route from the moment it is created."""

    def __init__(self, routes: Routes, connection: Client) -> None:
        """Look tasks up in these routes."""
        self._routes = routes
        self._connection = connection
        self._missing: dict[tuple[str, str], float] = {}

    async def get(self, tenant: str, task: str) -> Route:
        """Give the route of a task; raises `UnknownTask`, or `Unavailable` when a new task cannot be asked for."""
        known = self._routes.find(tenant, task)
        if known and known.phase == DELETED:
            raise _unknown(task)
        return known or await self._ask(tenant, task)

    async def _ask(self, tenant: str, task: str) -> Route:
        if time.monotonic() < self._missing.get((tenant, task), 0):
            raise _unknown(task)
        try:
            route = await ask(self._connection, GetRoute(task=task), Caller(tenant, Cause("ratchet")))
        except UnknownTask as missing:
            self._remember(tenant, task)
            raise _unknown(task) from missing
        self._routes.learn(tenant, route)
        return self._routes.find(tenant, task) or route  # a later one may have been pushed meanwhile

    def _remember(self, tenant: str, task: str) -> None:
        if len(self._missing) >= _MISSING_AT_MOST:
            self._missing.clear()
        self._missing[tenant, task] = time.monotonic() + _REMEMBER_MISSING_S


def _unknown(task: str) -> UnknownTask:
    return UnknownTask(
        f"There is no task {task!r}; create it first (POST /v1/tasks, or ratchet task create).", task=task
    )
