"""Where a service says whether it lives, whether it is ready, and what its numbers are."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chassis.settings import ChassisSettings

Check = Callable[[], Awaitable[str]]
"""Gives the empty string when all is well, or a sentence that says what is not."""

Fact = Callable[[], Awaitable[dict[str, Any]]]
"""Gives what is worth knowing beside whether all is well."""

_LONGEST_CHECK_S = 2.0


async def survey(checks: Mapping[str, Check]) -> dict[str, str]:
    """Make all checks at once; a check that does not end in time has failed."""
    answers = await asyncio.gather(*(_within_time(check) for check in checks.values()))
    return dict(zip(checks, answers, strict=True))


async def _within_time(check: Check) -> str:
    try:
        async with asyncio.timeout(_LONGEST_CHECK_S):
            return await check()
    except TimeoutError:
        return f"no answer within {_LONGEST_CHECK_S:g} s"
    except Exception as fault:  # noqa: BLE001 (the edge: a broken check is a failed one)
        return str(fault) or type(fault).__name__


async def known(facts: Mapping[str, Fact]) -> dict[str, dict[str, Any]]:
    """Find all facts out at once; what cannot be found out says why."""
    answers = await asyncio.gather(*(_found_out(fact) for fact in facts.values()))
    return dict(zip(facts, answers, strict=True))


async def _found_out(fact: Fact) -> dict[str, Any]:
    try:
        async with asyncio.timeout(_LONGEST_CHECK_S):
            return await fact()
    except Exception as fault:  # noqa: BLE001 (the edge: readiness is told without it)
        return {"unknown": str(fault) or type(fault).__name__}


def routes(checks: Mapping[str, Check], facts: Mapping[str, Fact]) -> list[Route]:
    """Give /livez, /readyz and /metrics."""

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_: Request) -> Response:
        found, told = await asyncio.gather(survey(checks), known(facts))
        is_ready = not any(found.values())
        body = {"status": "ready" if is_ready else "not ready", "checks": {k: v or "ok" for k, v in found.items()}}
        return JSONResponse(body | told, 200 if is_ready else 503)

    async def numbers(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/livez", live), Route("/readyz", ready), Route("/metrics", numbers)]


class HealthServer:
    """A small HTTP server beside a service that has none of its own."""

    def __init__(self, settings: ChassisSettings, checks: Mapping[str, Check], facts: Mapping[str, Fact]) -> None:
        """Prepare; `run` listens."""
        config = uvicorn.Config(
            Starlette(routes=routes(checks, facts)),
            host=settings.host,
            port=settings.health_port,
            log_config=None,
            access_log=False,
            lifespan="off",
        )
        self._server = uvicorn.Server(config)

    async def run(self) -> None:
        """Answer until cancelled; signals are the service's own affair."""
        await self._server._serve()  # noqa: SLF001 (`serve` would take over the signals)  # pyright: ignore[reportPrivateUsage]
