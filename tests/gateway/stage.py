"""Where a gateway is started for a test, with small stand-ins for the services behind it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import nats
from nats.aio.client import Client
from nats.errors import NoRespondersError

from chassis.database import Database, Transaction, connect
from chassis.rpc.answering import Answering, Answers
from chassis.testing.waiting import eventually
from contracts.api.job import Job, JobEvent, JobStatus
from contracts.api.route import Route
from contracts.api.task import Task
from contracts.command import Command
from contracts.events.training import JobProgressed
from contracts.service import Service
from contracts.topology import route_subject, routes_address
from gateway import app
from gateway.settings import Settings

ADMIN_KEY = "rk_" + "a" * 43
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Gateway:
    """A running gateway, and what a test needs to look behind it."""

    url: str
    settings: Settings
    nats: Client
    admin: httpx.AsyncClient

    async def key_for(self, role: str) -> httpx.AsyncClient:
        made = await self.admin.post("/v1/api-keys", json={"name": f"the {role}", "role": role})
        assert made.status_code == 201, made.text
        return as_(self.url, made.json()["secret"])

    async def create_route(self, task: str, tenant: str = "acme") -> None:
        """Push the route of a task, and wait until the gateway knows it."""
        await self.nats.jetstream().publish(route_subject(tenant, task), route(task).model_dump_json().encode())
        await eventually(lambda: self._knows(task, tenant))

    async def _knows(self, task: str, tenant: str) -> bool:
        try:
            told = await self.nats.request(routes_address(tenant), timeout=10)
        except NoRespondersError:
            return False
        return task in {each["task"] for each in json.loads(told.data)}

    async def stored(self, subject: str) -> list[bytes]:
        """Give what the ingest stream holds under a subject."""
        jetstream = self.nats.jetstream()
        count = (await jetstream.stream_info("INGEST")).state.messages
        messages = [await jetstream.get_msg("INGEST", number) for number in range(1, count + 1)]
        return [message.data or b"" for message in messages if message.subject == subject]


def as_(url: str, key: str | None, **headers: str) -> httpx.AsyncClient:
    """Give a client that sends this key."""
    shown = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.AsyncClient(base_url=url, headers=shown | headers, trust_env=False, timeout=60)


@asynccontextmanager
async def gateway_on(database_url: str, nats_url: str, **others: Any) -> AsyncGenerator[Gateway]:
    given = {"bootstrap_admin_key": ADMIN_KEY, "port": 0, "log_level": "error", "heartbeat_s": 0.2} | others
    settings = Settings(database_url=database_url, nats_url=nats_url, **given)
    async with app.running(settings) as server:
        url = await eventually(lambda: _address(server))
        connection = await nats.connect(nats_url, max_reconnect_attempts=-1, reconnect_time_wait=0.1)
        async with as_(url, ADMIN_KEY) as admin:
            yield Gateway(url, settings, connection, admin)
        await connection.close()


async def _address(server: Any) -> str | None:
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}" if server.started else None


@dataclass
class Behind:
    """The services behind the gateway, as far as a test gives them answers."""

    connection: Client
    database: Database
    asked: list[tuple[str, Command[Any]]] = field(default_factory=list)
    _running: list[Answering] = field(default_factory=list)

    async def answer(self, service: Service, by: Mapping[type[Command[Any]], Callable[[Any], Any]]) -> None:
        """Answer commands with what a function gives or raises; all of them are noted with their tenant."""
        answers = Answers()
        for command, give in by.items():
            answers.to(command)(self._noting(give))
        answering = Answering(service, answers, self.database)
        await answering.start(self.connection)
        self._running.append(answering)

    def _noting(self, give: Callable[[Any], Any]) -> Callable[[Transaction, Any], Awaitable[Any]]:
        async def noted(tx: Transaction, command: Any) -> Any:
            self.asked.append((tx.tenant, command))
            return give(command)

        return noted

    async def stop(self) -> None:
        for each in self._running:
            await each.stop()


@asynccontextmanager
async def behind_on(database_url: str, nats_url: str) -> AsyncGenerator[Behind]:
    connection, database = await nats.connect(nats_url), await connect(database_url, service="gateway", connections=2)
    behind = Behind(connection, database)
    yield behind
    await behind.stop()
    await connection.close()
    await database.close()


def task(key: str = "tickets") -> Task:
    return Task(
        key=key, kind="classification", name="", description="", parameters={}, created_at=NOW, created_by="ada"
    )


def route(key: str = "tickets") -> Route:
    return Route(task=key, kind="classification", revision=1, phase="serving", salt="s", since=NOW)


def job(status: JobStatus = JobStatus.RUNNING) -> Job:
    return Job(
        id="j1", task="tickets", kind="classification", status=status, progress=0, step="", message="", reason="",
        requested_by="ada", parameters={}, auto_release=True, queued_at=NOW,
    )  # fmt: skip


def line(number: int, kind: str = "progress", **content: Any) -> JobEvent:
    return JobEvent(number=number, kind=kind, at=NOW, content=content)


def progressed(event: JobEvent, job_id: str = "j1") -> JobProgressed:
    return JobProgressed(task="tickets", job_id=job_id, **event.model_dump())


async def read_events(
    client: httpx.AsyncClient, path: str, *, count: int, headers: dict[str, str] | None = None
) -> list[dict[str, str]]:
    """Read a stream of server-sent events until so many have come, or it ends."""
    found: list[dict[str, str]] = []
    async with asyncio.timeout(60), client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        event: dict[str, str] = {}
        async for text in answer.aiter_lines():
            if text and not text.startswith(":"):
                name, _, value = text.partition(": ")
                event[name] = value
            elif event:
                found.append(event)
                event = {}
            if len(found) == count:
                break
    return found
