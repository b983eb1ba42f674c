"""Where a service follows the routes of all tasks, pushed by the registry through a key-value bucket."""

import asyncio
from collections.abc import Callable

from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.kv import KeyValue
from pydantic import ValidationError

from chassis.logging import log
from contracts.api.route import Route
from contracts.topology import ROUTES_BUCKET, route_key

Listener = Callable[[str, Route], None]
_PAUSE_S = 0.5


class Routes:
    """The last known route of every task; reading costs a dictionary look-up."""

    def __init__(self, jetstream: JetStreamContext) -> None:
        """Begin knowing nothing; `run` follows."""
        self._jetstream = jetstream
        self._known: dict[str, Route] = {}
        self._listeners: list[Listener] = []
        self._restart = asyncio.Event()
        self.ready = asyncio.Event()

    def find(self, tenant: str, task: str) -> Route | None:
        """Give the route of a task, or None for a task that nobody created yet."""
        return self._known.get(route_key(tenant, task))

    def on_change(self, listener: Listener) -> None:
        """Call the listener with tenant and route after each change."""
        self._listeners.append(listener)

    def learn(self, tenant: str, route: Route) -> None:
        """Take in a route, unless a later revision is known already."""
        known = self._known.get(route_key(tenant, route.task))
        if known and known.revision >= route.revision:
            return
        self._known[route_key(tenant, route.task)] = route
        for listener in self._listeners:
            listener(tenant, route)

    async def watch_again(self) -> None:
        """Start the watch anew: after a reconnect the old one hears nothing for many seconds."""
        self._restart.set()

    async def run(self) -> None:
        """Follow the bucket until cancelled."""
        while True:
            self._restart.clear()
            try:
                await self._follow()
            except (NatsError, OSError, TimeoutError) as failure:
                log().warning("routes.lost", reason=str(failure) or type(failure).__name__)
                await asyncio.sleep(_PAUSE_S)

    async def _follow(self) -> None:
        bucket = await self._jetstream.key_value(ROUTES_BUCKET)
        watcher = await bucket.watchall()
        try:
            reading = asyncio.create_task(self._read(watcher))
            restarting = asyncio.create_task(self._restart.wait())
            _, pending = await asyncio.wait((reading, restarting), return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            if reading.done():
                reading.result()
        finally:
            await _stop(watcher)

    async def _read(self, watcher: KeyValue.KeyWatcher) -> None:
        async for entry in watcher:
            if entry is None:
                self.ready.set()
            elif entry.value:
                self._take(entry.key.partition(".")[0], entry.value)

    def _take(self, tenant: str, value: bytes) -> None:
        try:
            self.learn(tenant, Route.model_validate_json(value))
        except ValidationError as wrong:
            log().warning("route.unreadable", tenant=tenant, reason=str(wrong))


async def _stop(watcher: KeyValue.KeyWatcher) -> None:
    try:
        await watcher.stop()
    except (NatsError, OSError, TimeoutError):
        return
