"""Where the gateway is put together, started and stopped."""

import asyncio
import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from chassis import files, health, reconciling, service
from chassis.health import Check, Fact
from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from chassis.service import Parts
from contracts.commands.ping import Ping
from contracts.event import Cause
from contracts.service import Service
from gateway import housekeeping, sockets
from gateway.access import bootstrap, first_admin
from gateway.access.keyring import Keyring
from gateway.access.login import Login
from gateway.access.oidc.sign_on import SignOn
from gateway.access.passwords import Passwords
from gateway.api import application as api
from gateway.api import problems, shields
from gateway.api.desk import Desk
from gateway.api.traffic import Traffic
from gateway.console import pages
from gateway.credentials.door import Door
from gateway.ingest import taking
from gateway.prompts.texts import Texts
from gateway.settings import Settings
from gateway.streams.broadcast import Broadcast, Limits
from gateway.switches.spreading import spread
from gateway.webhooks import courier

_OTHERS = tuple(each for each in Service if each is not Service.GATEWAY)
_NOBODY = "ratchet"
_RECONCILE_S = 60.0
_KEEP_ALIVE_S = 65
"""Longer than clients keep a connection that rests (httpx: 5 s), or a request would now and then meet its end."""


async def work(stopping: asyncio.Event, settings: Settings) -> None:
    """Serve until the event is set; then let open requests end."""
    async with running(settings):
        gc.freeze()  # so that collections under load do not walk through all that stays for ever
        await stopping.wait()


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[uvicorn.Server]:
    """Serve HTTP for the length of a block."""
    async with service.parts(Service.GATEWAY, settings) as parts:
        await bootstrap.ensure(parts.database, settings)
        await first_admin.ensure(parts.database, settings)
        desk = await _desk(settings, parts)
        shown = shields.shared_with(application(desk), settings.cors_origins)
        server = uvicorn.Server(_config(settings, shown))
        listening = sockets.opened(settings.host, settings.port)
        serving = asyncio.create_task(server._serve([listening]))  # noqa: SLF001 (`serve` would take over the signals)  # pyright: ignore[reportPrivateUsage]
        try:
            yield server
        finally:
            desk.broadcast.stop()
            server.should_exit = True
            await serving


def application(desk: Desk) -> Starlette:
    """Put the routes in order: ingest, as it is asked most, health, pages, then everything else through FastAPI."""
    everything_else = Mount("/", Traffic(api.build(), desk, api.known_routes()))
    routes = [
        *taking.routes(desk),
        *health.routes(desk.parts.checks, desk.parts.facts),
        *pages.routes(),
        everything_else,
    ]
    return Starlette(routes=routes, exception_handlers=problems.HANDLERS)


async def _desk(settings: Settings, parts: Parts) -> Desk:
    keyring = Keyring(parts.database, fresh_s=settings.key_cache_s)
    broadcast = Broadcast(parts.nats, Limits(settings.stream_backlog, settings.stream_listeners))
    parts.beside(broadcast.run())
    parts.beside(housekeeping.run(parts.database, settings))
    parts.checks.update({str(other): _answers(parts, other) for other in _OTHERS})
    parts.checks["routes"] = _routes_known(parts)
    parts.facts["training"] = _training(parts)
    parts.beside(reconciling.run(parts, "settings", spread, every_s=_RECONCILE_S))
    post, door = await courier.begin(parts, settings), Door(parts.database, settings)
    parts.beside(door.run())
    shared = files.shared(settings.artifacts_url)
    login, sign_on = Login(parts.database, Passwords(), settings), SignOn(parts.database, settings)
    return Desk(settings, parts, keyring, broadcast, shared, Texts(parts.nats), post, door, login, sign_on)


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


def _config(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        http="httptools",
        server_header=False,
        headers=list(shields.ALWAYS),
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=settings.stop_patience_s,
    )
