"""Where a service connects to NATS: it waits for the server, says so, and never gives up on it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from chassis.logging import log
from chassis.settings import ChassisSettings

_RETRY_S = 0.5


def options(settings: ChassisSettings, service: str) -> dict[str, Any]:
    """Give what every connection of a service is opened with, FastStream's included."""
    known: dict[str, Any] = {
        "servers": settings.nats_url.split(","),
        "name": f"ratchet-{service}",
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": _RETRY_S,
        "connect_timeout": 2,
        "ping_interval": 10,
        "inbox_prefix": inbox(service),
        "disconnected_cb": _lost,
        "error_cb": _complained,
    }
    return known | ({"nkeys_seed_str": settings.nats_seed} if settings.nats_seed else {})


def inbox(service: str) -> str:
    """Give the prefix of the subjects on which a service is answered; it may listen to no other."""
    return f"_INBOX.{service}"


async def connect(
    settings: ChassisSettings, service: str, *, on_reconnect: Callable[[], Awaitable[None]] | None = None
) -> Client:
    """Wait for NATS, saying so, and connect; afterwards the client reconnects for ever by itself."""

    async def reconnected() -> None:
        log().info("nats.reconnected")
        if on_reconnect:
            await on_reconnect()

    while True:
        try:
            return await nats.connect(**options(settings, service), reconnected_cb=reconnected)
        except (OSError, NatsError) as refusal:
            log().warning("nats.awaited", reason=str(refusal) or type(refusal).__name__)
            await asyncio.sleep(_RETRY_S)


async def settle(client: Client, within_s: int = 10) -> None:
    """Wait until the server knows what was subscribed to; of a connection just lost, the next one says it again.

    nats-py (2.16) writes the PING of a flush at once, before what is waiting to be written: its answer says nothing of
    that. By then it is written, though, so that the answer to a second one does.
    """
    with contextlib.suppress(NatsError, TimeoutError):
        await client.flush(within_s)
        await client.flush(within_s)


async def close(client: Client) -> None:
    """Close the connection, whatever state it is in."""
    with contextlib.suppress(OSError, NatsError):
        await client.close()


async def _lost() -> None:
    log().warning("nats.lost")


async def _complained(reason: Exception) -> None:
    log().warning("nats.complained", reason=str(reason) or type(reason).__name__)
