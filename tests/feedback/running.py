"""Where tests talk to the running feedback service, and a registry knows the tasks they name."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from chassis.service import Parts
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.api.route import Route
from contracts.api.task import Task
from contracts.command import Command
from contracts.commands.dead_letters import ListDeadLetters
from contracts.commands.metrics import GetMetrics
from contracts.commands.tasks import GetTask
from contracts.commands.versions import GetRoute
from contracts.errors import DomainError, UnknownTask
from contracts.ids import new_id
from contracts.service import Service

NOW = datetime.now(UTC)


class Registry:
    """The tasks that exist, with the quality from which on their corrections are approved."""

    def __init__(self) -> None:
        self.tasks: dict[tuple[str, str], float | None] = {}
        self.kind = "classification"
        self.refusal: DomainError | None = None

    async def route(self, caller: Caller, command: GetRoute) -> Route:
        self._check(caller.tenant, command.task)
        return Route(task=command.task, kind=self.kind, revision=1, phase="none", salt="s", since=NOW)

    async def task(self, caller: Caller, command: GetTask) -> Task:
        self._check(caller.tenant, command.key)
        threshold = self.tasks[caller.tenant, command.key]
        return Task(
            key=command.key, kind="classification", name="", description="", parameters={},
            auto_approve_quality=threshold, created_at=NOW, created_by="ada",
        )  # fmt: skip

    def _check(self, tenant: str, task: str) -> None:
        if self.refusal:
            raise self.refusal
        if (tenant, task) not in self.tasks:
            raise UnknownTask(f"There is no task {task!r}.")


class Running:
    """The running service, and ways to talk to it."""

    def __init__(self, made: Parts, registry: Registry) -> None:
        self.parts = made
        self.registry = registry

    async def ask(self, command: Command[Any], tenant: str = "acme", actor: str = "ada") -> Any:
        return await ask(self.parts.nats, command, parts.caller(tenant, actor))

    async def send(self, noun: str, body: object, tenant: str = "acme") -> None:
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        await self.parts.jetstream.publish(f"ingest.{tenant}.{noun}", raw, timeout=30)

    async def settle(self, tenant: str = "acme") -> None:
        """Send one more inference, of the task ``mark``, and wait until it, and with it all before it, is stored."""
        self.registry.tasks.setdefault((tenant, "mark"), None)
        before = (await self.ask(GetMetrics(task="mark"), tenant)).metrics.inferences
        await self.send("inference", {"task": "mark"}, tenant)

        async def stored() -> bool:
            return (await self.ask(GetMetrics(task="mark"), tenant)).metrics.inferences > before

        await eventually(stored)

    async def letters(self, tenant: str = "acme") -> Sequence[Any]:
        return (await self.ask(ListDeadLetters(service=Service.FEEDBACK), tenant)).items


def inference(**others: object) -> dict[str, Any]:
    return {"id": new_id(), "task": "tickets", "version_id": "v1", "output": "billing"} | others


def opinion(**others: object) -> dict[str, Any]:
    return {"key": new_id(), "task": "tickets", "verdict": "positive"} | others
