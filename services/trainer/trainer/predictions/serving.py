"""Where predictions are made by the version that serves the unit; the next one is waited for while it is loaded."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Any

from chassis.known_tasks import KnownTasks
from chassis.logging import log
from chassis.routes import Routes
from chassis.rpc.caller import Caller
from contracts import reporting, routing
from contracts.api.prediction import Predictions
from contracts.api.route import Arm, Route
from contracts.commands.predictions import Predict
from contracts.errors import Conflict, DomainError, InternalFault, NothingServes
from trainer.predictions.desk import AskedDesk
from trainer.predictions.recording import Recorder

_RETRY_S = 5.0
_PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class _Served:
    """The latest route whose models are loaded here, and the latest of all; `loaded` is set once the two are one."""

    route: Route
    latest: Route
    loaded: asyncio.Event


class Serving:
    """Answers with the served versions; a task is followed from its first prediction on."""

    def __init__(self, known_tasks: KnownTasks, desk: AskedDesk, recorder: Recorder) -> None:
        self._known_tasks = known_tasks
        self._desk = desk
        self._recorder = recorder
        self._served: dict[tuple[str, str], _Served] = {}
        self._switching: set[asyncio.Task[None]] = set()

    def follow(self, routes: Routes) -> None:
        """Switch to new routes of the tasks that are predicted, once their models are loaded."""
        routes.on_change(self._hear)

    async def predict(self, caller: Caller, asked: Predict) -> Predictions:
        """Answer all inputs and report them; raises `UnknownTask`, `NothingServes`, `InvalidInput`."""
        started = time.perf_counter()
        route = await self._route(caller.tenant, asked.task)
        arm = routing.choose(route, asked.request.unit)
        if arm is None:
            raise NothingServes(
                f"No version serves task {asked.task!r} yet; train one with POST /v1/training/jobs, or promote one "
                "that passed its gate.",
                task=asked.task,
            )
        _refuse_kept_elsewhere(arm, asked.task)
        reporting.check(asked.request.inputs)
        answers = await self._ask(route, arm, list(asked.request.inputs))
        latency_ms = (time.perf_counter() - started) * 1000 / len(answers)
        predictions = reporting.identified(answers, arm.version_id)
        told = reporting.inferences(asked.task, asked.request, predictions, latency_ms)
        await self._recorder.record(caller.tenant, told)
        return Predictions(predictions=predictions, version_id=arm.version_id, revision=route.revision)

    async def close(self) -> None:
        """Stop switching."""
        for task in self._switching:
            task.cancel()
        await asyncio.gather(*self._switching, return_exceptions=True)

    async def _route(self, tenant: str, task: str) -> Route:
        """Give the latest route; the one before it if its models take too long, so that no request is dropped."""
        if served := self._served.get((tenant, task)):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE_S):
                    await served.loaded.wait()
            return self._served[tenant, task].route
        route = await self._known_tasks.get(tenant, task)
        if route.arms:
            self._settle(tenant, route)
        return route

    def _settle(self, tenant: str, route: Route) -> None:
        known = self._served.get((tenant, route.task))
        loaded = known.loaded if known else asyncio.Event()
        loaded.set()
        self._served[tenant, route.task] = _Served(route, route, loaded)

    async def _ask(self, route: Route, arm: Arm, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = await self._desk.ask({"kind": route.kind, "artifact": arm.artifact, "inputs": inputs})
        if unusable := answer.get("unusable"):
            raise reporting.invalid(unusable)
        if broken := answer.get("broken"):
            log().error("version.broken", version=arm.version_id, reason=broken)
            raise InternalFault(f"Version {arm.label} cannot be loaded; it was logged.")
        return answer["predictions"]

    def _hear(self, tenant: str, route: Route) -> None:
        served = self._served.get((tenant, route.task))
        if served is None or route.revision <= served.latest.revision:
            return
        loaded = asyncio.Event() if served.loaded.is_set() else served.loaded
        self._served[tenant, route.task] = _Served(served.route, route, loaded)
        task = asyncio.get_running_loop().create_task(self._switch(tenant, route))
        self._switching.add(task)
        task.add_done_callback(self._switching.discard)

    async def _switch(self, tenant: str, route: Route) -> None:
        while self._is_latest(tenant, route):
            is_loaded = await self._is_loaded(route)
            if not self._is_latest(tenant, route):
                return
            if is_loaded:
                self._settle(tenant, route)
                return
            self._served[tenant, route.task].loaded.set()  # nobody shall wait for what cannot be loaded
            await asyncio.sleep(_RETRY_S)

    def _is_latest(self, tenant: str, route: Route) -> bool:
        return self._served[tenant, route.task].latest is route

    async def _is_loaded(self, route: Route) -> bool:
        try:
            for arm in (each for each in route.arms if not each.uri):
                await self._ask(route, arm, [])
        except (DomainError, OSError) as refusal:
            log().warning("route.not_followed", task=route.task, revision=route.revision, reason=str(refusal))
            return False
        return True


def _refuse_kept_elsewhere(arm: Arm, task: str) -> None:
    if arm.uri:
        detail = (
            f"Version {arm.label} of {task!r} is kept at {arm.uri}, so it cannot be asked here; ask it there, or "
            "register it again with its file."
        )
        raise Conflict(detail, task=task, uri=arm.uri)
