"""Where the last known routes of a tenant are, and how old that knowledge is."""

import time
from collections.abc import Callable, Iterable

from contracts.api.route import DELETED, Route


class Known:
    """The last known route of every task; written by one thread, read by any."""

    def __init__(self) -> None:
        """Begin knowing nothing, and hearing nothing."""
        self._routes: dict[str, Route] = {}
        self._heard: set[str] = set()
        self._silent_since: float | None = time.monotonic()
        self._told: list[Callable[[Route], None]] = []

    def on_change(self, tell: Callable[[Route], None]) -> None:
        """Have somebody told of every new route; in the thread that hears it, which they must not hold up."""
        self._told.append(tell)

    def find(self, task: str) -> Route | None:
        """Give the last known route of a task; None of one that was deleted."""
        route = self._routes.get(task)
        return None if route is None or route.phase == DELETED else route

    def routes(self) -> tuple[Route, ...]:
        """Give all routes."""
        return tuple(self._routes.values())

    def stale_seconds(self) -> float:
        """Give the seconds since the registry could last be heard; 0 while it can be."""
        since = self._silent_since
        return 0.0 if since is None else time.monotonic() - since

    def remember(self, routes: Iterable[Route], age_s: float) -> None:
        """Begin with what was known so many seconds ago; whatever is heard later replaces it."""
        self._routes = {route.task: route for route in routes}
        self._silent_since = time.monotonic() - max(0.0, age_s)

    def learn(self, route: Route) -> bool:
        """Take in a route that was heard, unless a later revision was heard already; says whether it is new."""
        known = self._routes.get(route.task)
        if known and route.task in self._heard and known.revision >= route.revision:
            return False
        self._routes[route.task] = route
        self._heard.add(route.task)
        for tell in self._told if known != route else ():
            tell(route)
        return known != route

    def hears(self) -> None:
        """Note that the registry can be heard, and that everything said so far was taken in."""
        self._silent_since = None

    def hears_nothing(self) -> None:
        """Note that the registry cannot be heard any more."""
        if self._silent_since is None:
            self._silent_since = time.monotonic()
