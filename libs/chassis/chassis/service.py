"""Where a service's life is: it waits for what it needs, works, and stops without dropping anything."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import uvloop
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext
from nats.js.errors import ServiceUnavailableError

from chassis import (
    dead_letters,
    delivery,
    health,
    housekeeping,
    logging,
    migrations,
    nats_connection,
    route_listing,
    streams,
    tracing,
)
from chassis.database import Database, connect
from chassis.dead_letters import Replay
from chassis.handlers import Handlers
from chassis.health import Check, Fact, HealthServer
from chassis.known_settings import KnownSettings
from chassis.known_tasks import KnownTasks
from chassis.logging import log
from chassis.outbox import Relay, publish_pending
from chassis.routes import Routes
from chassis.rpc.answering import Answering, Answers
from chassis.rpc.caller import Caller
from chassis.settings import ChassisSettings
from contracts.commands.ping import Ping, Pong
from contracts.service import Service

_COLLECTIONS = (50_000, 50, 100)
"""Garbage is collected less often than by default: batches make many objects that live as long as their transaction."""
_RETRY_S = 0.5
_LAST_WORDS_S = 2.0
_CANCEL_AGAIN_S = 1.0
"""`asyncio.wait_for`, which nats-py uses, can swallow a cancellation before Python 3.12; so it is said again."""


@dataclass(frozen=True)
class Parts:
    """What a running service works with; `checks` decide whether it is ready, `facts` are told beside them."""

    service: Service
    settings: ChassisSettings
    database: Database
    nats: Client
    jetstream: JetStreamContext
    routes: Routes
    known_settings: KnownSettings
    known_tasks: KnownTasks
    group: asyncio.TaskGroup
    checks: dict[str, Check] = field(default_factory=dict[str, Check])
    facts: dict[str, Fact] = field(default_factory=dict[str, Fact])
    background: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work until the service stops; if it fails, the service ends with it."""
        self.background.append(self.group.create_task(work))


@contextlib.asynccontextmanager
async def parts(service: Service, settings: ChassisSettings) -> AsyncGenerator[Parts]:
    """Wait for Postgres, NATS and what is set, bring schema and streams up to date, and run the relay to the end."""
    logging.set_up(settings, service)
    tracing.set_up(settings, service)
    database = await connect(settings.database_url, service=service, connections=settings.database_connections)
    await migrations.migrate(settings.database_url, service)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        made = await _connected(service, settings, database, stack)
        _begin(made)
        await made.known_settings.ready.wait()
        log().info("service.started")
        try:
            yield made
        finally:
            await _end(made)
            log().info("service.stopped")


async def _connected(
    service: Service, settings: ChassisSettings, database: Database, stack: contextlib.AsyncExitStack
) -> Parts:
    followed: list[Routes | KnownSettings] = []

    async def again() -> None:
        for each in followed:
            await each.watch_again()

    client = await nats_connection.connect(settings, service, on_reconnect=again)
    stack.push_async_callback(nats_connection.close, client)
    jetstream = client.jetstream(timeout=5)
    await _bootstrap(jetstream, service, settings)
    routes, known = Routes(jetstream), KnownSettings(settings.defaults(), jetstream)
    followed.extend((routes, known))
    group = await stack.enter_async_context(asyncio.TaskGroup())
    tasks = KnownTasks(routes, client)
    made = Parts(service, settings, database, client, jetstream, routes, known, tasks, group)
    made.checks.update(_checks(made))
    return made


async def _bootstrap(jetstream: JetStreamContext, service: Service, settings: ChassisSettings) -> None:
    """Wait for the streams: a NATS that begins, or is busy, can be connected to before it answers for them."""
    while True:
        try:
            return await streams.bootstrap(jetstream, service, settings)
        except (NatsTimeout, ServiceUnavailableError) as late:
            log().warning("streams.awaited", reason=str(late) or type(late).__name__)
            await asyncio.sleep(_RETRY_S)


def _begin(made: Parts) -> None:
    made.beside(Relay(made.database, made.jetstream, poll_s=made.settings.relay_poll_s).run())
    made.beside(made.routes.run())
    made.beside(route_listing.answer(made.nats, made.routes))
    made.beside(made.known_settings.run())
    made.beside(housekeeping.run(made.service, made.settings, made.database, made.jetstream))
    if made.settings.health_port:
        made.beside(HealthServer(made.settings, made.checks, made.facts).run())


async def _end(made: Parts) -> None:
    while unfinished := [task for task in made.background if not task.done()]:
        for task in unfinished:
            task.cancel()
        await asyncio.wait(unfinished, timeout=_CANCEL_AGAIN_S)
    with contextlib.suppress(OSError, NatsError, TimeoutError):
        async with asyncio.timeout(_LAST_WORDS_S):
            await publish_pending(made.database, made.jetstream)


def _checks(made: Parts) -> dict[str, Check]:
    async def postgres() -> str:
        await made.database.ping()
        return ""

    async def nats() -> str:
        return "" if made.nats.is_connected else "not connected"

    async def consumers() -> str:
        return "; ".join(await streams.problems(made.jetstream, made.service))

    return {"postgres": postgres, "nats": nats, "consumers": consumers}


@contextlib.asynccontextmanager
async def serving(
    made: Parts, answers: Answers, handlers: Handlers, *, replay: Replay | None = None
) -> AsyncGenerator[None]:
    """Answer commands and handle events until the end; then take no more and finish those under way.

    ``replay`` hands dead letters in again; without it they go to the event handlers.
    """
    dead_letters.answer(answers, replay or handlers.handle)

    async def pong(_: Caller, ping: Ping) -> Pong:
        return Pong(service=ping.service, facts=await health.known(made.facts))

    answers.add_without_transaction(Ping, pong)
    answering = Answering(made.service, answers, made.database)
    broker = delivery.broker(made.settings, handlers, made.database)
    await answering.start(made.nats)
    await broker.start()
    try:
        yield
    finally:
        await answering.stop()
        await broker.stop()


def main(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run a service's work until SIGTERM or SIGINT sets the event that it is given."""
    uvloop.run(_run(work))


async def _run(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    gc.set_threshold(*_COLLECTIONS)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopping.set)
    await work(stopping)
