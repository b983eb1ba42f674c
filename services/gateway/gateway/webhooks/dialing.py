"""Where a connection to a webhook is opened: to an address that was looked up and allowed, and to no other.

The address that is allowed is the one that is connected to, so that a name which resolves differently a moment later
(DNS rebinding) leads nowhere else.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import cast

import httpcore

from gateway.webhooks import addresses
from gateway.webhooks.addresses import Network

Known = Callable[[str, int], list[str]]
"""Looks up the addresses of a host, as long as that takes."""

_MOST_ADDRESSES = 3
_LOOKING_UP = 64
"""As many as are sent at once: a name that is never found keeps its thread, and nobody else's."""


class NoAddress(httpcore.ConnectError):
    """The host has no address that webhooks may reach."""


class Dialer(httpcore.AsyncNetworkBackend):
    """Opens connections; it has threads of its own to look up names, which a slow name server may keep busy."""

    def __init__(self, allowed: Sequence[Network], known: Known | None = None) -> None:
        """Take the private networks that may be reached, and another way to look up names for tests."""
        self._allowed = allowed
        self._known = known or _known
        self._plain = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())
        self._threads = ThreadPoolExecutor(_LOOKING_UP, thread_name_prefix="webhook-names")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's)
        *_: object,
        **__: object,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that takes it; raises `NoAddress`, or httpcore's errors."""
        failure: Exception = NoAddress(host)
        for address in await self._look_up(host, port):
            try:
                return await self._plain.connect_tcp(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refusal:
                failure = refusal
        raise failure

    async def _look_up(self, host: str, port: int) -> list[str]:
        """Give the addresses of a host that may be reached."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, self._known, host, port)
        except (OSError, UnicodeError) as unknown:
            raise NoAddress(host) from unknown
        allowed = [each for each in found if addresses.reachable(ip_address(each), self._allowed)]
        return allowed[:_MOST_ADDRESSES]


def _known(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
