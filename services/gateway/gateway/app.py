"""Where the gateway is put together, started and stopped."""

import asyncio
import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis import files, health, service
from chassis.health import Check, Fact
from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from chassis.service import Parts
from contracts.commands.ping import Ping
from contracts.event import Cause
from contracts.service import Service
from gateway.access import keys
from gateway.access.keyring import Keyring
from gateway.api import application as api
from gateway.api import problems
from gateway.api.desk import Desk
from gateway.api.traffic import Traffic
from gateway.ingest import taking
from gateway.prompts.texts import Texts
from gateway.settings import Settings
from gateway.streams.broadcast import Broadcast

_OTHERS = tuple(each for each in Service if each is not Service.GATEWAY)
_NOBODY = "ratchet"


async def work(stopping: asyncio.Event, settings: Settings) -> None:
    """Serve until the event is set; then let open requests end."""
    async with running(settings):
        gc.freeze()  # so that collections under load do not walk through all that stays for ever
        await stopping.wait()


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[uvicorn.Server]:
    """Serve HTTP for the length of a block."""
    async with service.parts(Service.GATEWAY, settings) as parts:
        await keys.bootstrap(parts.database, settings)
        desk = await _desk(settings, parts)
        server = uvicorn.Server(_config(settings, application(desk)))
        serving = asyncio.create_task(server._serve())  # noqa: SLF001 (`serve` would take over the signals)  # pyright: ignore[reportPrivateUsage]
        try:
            yield server
        finally:
            desk.broadcast.stop()
            server.should_exit = True
            await serving


def application(desk: Desk) -> Starlette:
    """Put the routes in order: ingest, as it is asked most, health, then everything else through FastAPI."""
    everything_else = Mount("/", Traffic(api.build(), desk))
    routes = [*taking.routes(desk), *health.routes(desk.parts.checks, desk.parts.facts), everything_else]
    return Starlette(routes=routes, exception_handlers=problems.HANDLERS)


async def _desk(settings: Settings, parts: Parts) -> Desk:
    keyring = Keyring(parts.database, fresh_s=settings.key_cache_s)
    broadcast = Broadcast(settings.stream_backlog)
    await broadcast.start(parts.nats)
    parts.checks.update({str(other): _answers(parts, other) for other in _OTHERS})
    parts.checks["routes"] = _routes_known(parts)
    parts.facts["training"] = _training(parts)
    return Desk(settings, parts, keyring, broadcast, files.shared(settings.artifacts_url), Texts(parts.nats))


def _answers(parts: Parts, other: Service) -> Check:
    async def check() -> str:
        await ask(parts.nats, Ping(service=other), Caller(_NOBODY, Cause("ratchet")))
        return ""

    return check


def _training(parts: Parts) -> Fact:
    async def states() -> dict[str, Any]:
        pong = await ask(parts.nats, Ping(service=Service.TRAINER), Caller(_NOBODY, Cause("ratchet")))
        return pong.facts.get("training", {})

    return states


def _routes_known(parts: Parts) -> Check:
    async def check() -> str:
        return "" if parts.routes.ready.is_set() else "not read yet"

    return check


def _config(settings: Settings, app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        http="httptools",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=settings.stop_patience_s,
    )
