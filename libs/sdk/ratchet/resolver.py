"""Where an application asks which version to use, and is answered without a network call."""

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Never, Self

from contracts import routing
from contracts.api.prompt import ActivePrompt
from contracts.api.route import Resolution, Route
from contracts.errors import NothingServes, Unavailable, UnknownTask
from contracts.routing import Reason
from ratchet.resolving import disk, prompts
from ratchet.resolving.background import Background
from ratchet.resolving.known import Known
from ratchet.resolving.watch import Server, Watch

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
        self._prompts = prompts.at_folder(cache_folder, tenant)
        self._disk = disk.at_folder(cache_folder, tenant)
        self._defaults = dict(defaults or {})
        self._following: asyncio.Task[None] | None = None
        self._thread: Background | None = None

    def resolve(self, task: str, unit: str | None = None) -> Resolution:
        """Say which version serves a unit, by which revision of the route, why, and how old that knowledge is.

        A unit (a user, a ticket) keeps its version while shares only grow. Calls without a unit get the champion and
        take no part in rollouts and experiments; what they are answered counts for none. To be counted, log the answer
        with the same ``unit`` and the ``version_id`` given here.

        The order is: RATCHET_FORCE_<TASK>, the route, the task's default, the default given to this resolver. Reasons
        are ``override``, ``route``, ``last known route`` and ``default``. There is no version where a task was never
        trained. Raises `UnknownTask` for a task of which nothing is known.
        """
        route = self._known.find(task)
        if forced := os.environ.get(_variable(task)):
            return self._named(route, forced, Reason.OVERRIDE)
        if route is not None and (route.arms or route.default):
            return routing.resolve(route, unit, self._known.stale_seconds())
        if default := self._defaults.get(task):
            return self._named(route, default, Reason.DEFAULT)
        if route is None:
            raise UnknownTask(f"Nothing is known of a task '{task}' of tenant '{self._server.tenant}'.")
        return routing.resolve(route, unit, self._known.stale_seconds())

    def route(self, task: str) -> Route | None:
        """Give the last known route of a task, if any is."""
        return self._known.find(task)

    def on_change(self, tell: Callable[[Route], None]) -> None:
        """Have a function told of every new route, of any task, as soon as it is heard; it must return at once."""
        self._known.on_change(tell)

    def prompt(self, task: str, unit: str | None = None) -> ActivePrompt:
        """Give the text of the prompt that a unit gets, by which revision of the route, and how old that knowledge is.

        The order and the reasons are those of `resolve`. The texts of all versions that a route names are fetched
        before it serves, and are kept on disk beside it. Raises `UnknownTask`, `NothingServes` while no version serves,
        and `Unavailable` for a version whose text is not known here.
        """
        return self._prompt(task, unit) or self._prompt(task, unit) or self._without_prompt(task, unit)

    def start(self, wait_s: float = _SETTLE_S) -> Self:
        """Follow the routes in a thread; returns once they were heard, NATS is known to be away, or after a time."""
        watch = self._watch()
        self._thread = Background(watch)
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
        self._prompts.load()
        return Watch(self._server, self._known, self._prompts, self._disk)

    def _prompt(self, task: str, unit: str | None) -> ActivePrompt | None:
        """Give None where the route changed in the meantime, and what it named before was forgotten."""
        resolved = self.resolve(task, unit)
        prompt = self._prompts.find(resolved.version_id or "")
        if prompt is None:
            return None
        stale = resolved.stale_seconds
        return ActivePrompt(**dict(prompt), revision=resolved.revision, stale_seconds=stale, reason=resolved.reason)

    def _without_prompt(self, task: str, unit: str | None) -> Never:
        resolved = self.resolve(task, unit)
        if resolved.version_id is None:
            raise NothingServes(f"No prompt serves task '{task}' yet; publish one and activate it.", task=task)
        raise Unavailable(f"The text of version {resolved.version_id} of task '{task}' is not known here.", task=task)

    def _named(self, route: Route | None, name: str, reason: Reason) -> Resolution:
        """Give the version of this id, or the one of the route with this label."""
        arms = (*route.arms, *filter(None, (route.default,))) if route else ()
        arm = next((each for each in arms if name in {each.version_id, each.label}), None)
        return Resolution(
            version_id=arm.version_id if arm else name,
            label=arm.label if arm else None,
            artifact=arm.artifact if arm else None,
            uri=arm.uri if arm else None,
            revision=route.revision if route else 0,
            stale_seconds=self._known.stale_seconds(),
            reason=str(reason),
        )


@lru_cache(maxsize=1024)
def _variable(task: str) -> str:
    return f"RATCHET_FORCE_{task.upper().replace('-', '_')}"
