"""Where an application asks which version to use, and is answered without a network call."""

import asyncio
import os
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from contracts.api.route import Arm, Resolution, Route
from contracts.errors import UnknownTask
from contracts.routing import choose
from ratchet.resolving import disk
from ratchet.resolving.known import Known
from ratchet.resolving.watch import Server, Watch

OVERRIDE = "override"
ROUTE = "route"
LAST_KNOWN = "last known route"
DEFAULT = "default"
_JOIN_S = 5.0
_SETTLE_S = 5.0


class Resolver:
    """Knows what serves each task of a tenant, because the registry pushes every change.

    Use it as ``with Resolver(...)`` (a thread of its own follows the routes) or ``async with Resolver(...)`` (the
    running loop does). `resolve` is the same plain call in both. Where NATS cannot be reached, the routes last known
    to this machine serve at once, and the connection is tried for ever in the background.
    """

    def __init__(
        self,
        nats_url: str,
        credentials: str | None = None,
        *,
        tenant: str,
        cache_folder: Path | str | None = None,
        defaults: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare; ``credentials`` is an nkey's seed or a credentials file, ``defaults`` are version ids by task."""
        self._server = Server(nats_url, credentials, tenant)
        self._known = Known()
        self._disk = disk.at_folder(cache_folder, tenant)
        self._defaults = dict(defaults or {})
        self._following: asyncio.Task[None] | None = None
        self._thread: _Background | None = None

    def resolve(self, task: str, unit: str | None = None) -> Resolution:
        """Say which version serves a unit (without one: the champion), why, and how old that knowledge is.

        The order is: RATCHET_FORCE_<TASK>, the route, the default. Reasons are ``override``, ``route``, ``last known
        route`` and ``default``. There is no version where a task was never trained. Raises `UnknownTask` for a task of
        which nothing is known.
        """
        route = self._known.find(task)
        if forced := os.environ.get(_variable(task)):
            return self._named(route, forced, OVERRIDE)
        if route is not None and (arm := choose(route, unit)):
            return self._routed(route, arm)
        if default := self._defaults.get(task):
            return self._named(route, default, DEFAULT)
        if route is None:
            raise UnknownTask(f"Nothing is known of a task '{task}' of tenant '{self._server.tenant}'.")
        return self._routed(route, None)

    def start(self, wait_s: float = _SETTLE_S) -> Self:
        """Follow the routes in a thread; returns once they were heard, NATS is known to be away, or after a time."""
        watch = self._watch()
        self._thread = _Background(watch)
        self._thread.start()
        watch.settled.wait(wait_s)
        return self

    def close(self) -> None:
        """Stop the thread; `resolve` goes on with what is known."""
        if self._thread:
            self._thread.stop()
            self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        watch = self._watch()
        self._following = asyncio.create_task(watch.run())
        await asyncio.to_thread(watch.settled.wait, _SETTLE_S)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._following:
            self._following.cancel()
            await asyncio.wait((self._following,))

    def _watch(self) -> Watch:
        self._disk.load(self._known)
        return Watch(self._server, self._known, self._disk)

    def _routed(self, route: Route, arm: Arm | None) -> Resolution:
        stale = self._known.stale_seconds()
        return Resolution.model_construct(
            version_id=arm.version_id if arm else None,
            label=arm.label if arm else None,
            artifact=arm.artifact if arm else None,
            revision=route.revision,
            stale_seconds=stale,
            reason=LAST_KNOWN if stale else ROUTE,
        )

    def _named(self, route: Route | None, name: str, reason: str) -> Resolution:
        arms = route.arms if route else ()
        arm = next((each for each in arms if name in {each.version_id, each.label}), None)
        return Resolution(
            version_id=arm.version_id if arm else name,
            label=arm.label if arm else None,
            artifact=arm.artifact if arm else None,
            revision=route.revision if route else 0,
            stale_seconds=self._known.stale_seconds(),
            reason=reason,
        )


class _Background:
    """A thread with an event loop of its own, in which a watch runs until it is stopped."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._loop = asyncio.new_event_loop()
        self._running: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="ratchet-resolver", daemon=True)

    def start(self) -> None:
        self._running = self._loop.create_task(self._watch.run())
        self._thread.start()

    def stop(self) -> None:
        if self._running:
            self._loop.call_soon_threadsafe(self._running.cancel)
        self._thread.join(_JOIN_S)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._running or asyncio.sleep(0))
        except asyncio.CancelledError:
            return
        finally:
            self._loop.close()


@lru_cache(maxsize=1024)
def _variable(task: str) -> str:
    return f"RATCHET_FORCE_{task.upper().replace('-', '_')}"
