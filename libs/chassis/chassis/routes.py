"""Where a service follows the routes of all tasks, pushed by the registry through a key-value bucket."""

from collections.abc import Callable

from nats.js import JetStreamContext
from pydantic import ValidationError

from chassis.buckets import Bucket
from chassis.logging import log
from contracts.api.route import Route
from contracts.topology import ROUTES_BUCKET, route_key

Listener = Callable[[str, Route], None]


class Routes:
    """The last known route of every task; reading costs a dictionary look-up."""

    def __init__(self, jetstream: JetStreamContext) -> None:
        """Begin knowing nothing; `run` follows."""
        self._known: dict[str, Route] = {}
        self._listeners: list[Listener] = []
        self._bucket = Bucket(jetstream, ROUTES_BUCKET, self._take)
        self.ready = self._bucket.ready
        self.run = self._bucket.run
        self.watch_again = self._bucket.watch_again

    def find(self, tenant: str, task: str) -> Route | None:
        """Give the route of a task, or None for a task that nobody created yet."""
        return self._known.get(route_key(tenant, task))

    def of(self, tenant: str) -> tuple[Route, ...]:
        """Give all routes of a tenant, those of deleted tasks too."""
        return tuple(route for key, route in self._known.items() if key.partition(".")[0] == tenant)

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

    def _take(self, key: str, value: bytes) -> None:
        tenant = key.partition(".")[0]
        try:
            self.learn(tenant, Route.model_validate_json(value))
        except ValidationError as wrong:
            log().warning("route.unreadable", tenant=tenant, reason=str(wrong))
