"""Where items are delivered to NATS, which keeps them until they are stored."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256

import nats
import nkeys
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError
from nats.js.errors import APIError

from contracts.errors import InvalidInput, TooLarge, TooManyRequests, Unavailable
from contracts.events.ingest import Ingest
from contracts.topology import INGEST_STREAM
from ratchet.recording.sender import Line, Most
from ratchet.resolving.watch import UNREADABLE, Server

_log = logging.getLogger("ratchet")
_PATIENCE_S = 5.0
_RETRY_S = 0.5


@dataclass(frozen=True, slots=True)
class OverNats:
    """Delivers over NATS; ``credentials`` is an nkey's seed or a credentials file, as for `Resolver`.

    Whatever is wrong with an item is told to the tenant as a dead letter, not to the one who recorded it.
    """

    url: str = field(repr=False)
    credentials: str | None = field(default=None, repr=False)
    tenant: str = field(kw_only=True)
    most: Most = field(default=Most(100, 400_000), repr=False, kw_only=True)

    def __post_init__(self) -> None:
        """Refuse a seed that is none; raises `InvalidInput`. A file is read whenever a connection is opened."""
        with suppress(OSError):
            try:
                Server(self.url, self.credentials, self.tenant).options()
            except nkeys.NkeysError as wrong:
                raise InvalidInput.at("credentials", "is no seed of an nkey; was it copied whole?") from wrong

    @property
    def label(self) -> str:
        """A name for the servers and the tenant."""
        servers = sorted(server.rpartition("@")[2].rpartition("/")[2] for server in self.url.split(","))
        digest = sha256(",".join(servers).encode()).hexdigest()[:16]
        return f"nats-{self.tenant}-{digest}"

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Line]:
        """Give a line that connects by itself, and goes on trying for ever."""
        line = _NatsLine(Server(self.url, self.credentials, self.tenant))
        try:
            yield line
        finally:
            await line.close()


class _NatsLine:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._connecting: asyncio.Task[Client] | None = None
        self._complaint = ""

    async def send(self, sort: str, bodies: Sequence[bytes]) -> Mapping[int, str]:
        """Publish a list, and wait until it is stored."""
        connection = await self._connection()
        subject, body = Ingest.address(self._server.tenant, sort), b"[%b]" % b",".join(bodies)
        try:
            await connection.jetstream().publish(subject, body, timeout=_PATIENCE_S, stream=INGEST_STREAM)
        except MaxPayloadError as large:
            raise TooLarge("The message is larger than the server takes.") from large
        except APIError as full:
            raise TooManyRequests(f"NATS stores nothing more at the moment: {full.description}.") from full
        except (NatsError, OSError, TimeoutError) as lost:
            raise Unavailable(f"NATS does not store anything: {_said(lost)}{self._complaint}.") from lost
        return {}

    async def close(self) -> None:
        """Close the connection, or stop trying to open one."""
        connecting, self._connecting = self._connecting, None
        if connecting is None:
            return
        connecting.cancel()
        await asyncio.wait((connecting,))
        if not connecting.cancelled() and connecting.exception() is None:
            await connecting.result().close()

    async def _connection(self) -> Client:
        if self._connecting is None or _is_over(self._connecting):
            self._connecting = asyncio.create_task(self._connect())
        await asyncio.wait((self._connecting,), timeout=_PATIENCE_S)
        if not self._connecting.done():
            raise Unavailable(f"NATS cannot be reached{self._complaint}.")
        try:
            connection = self._connecting.result()
        except (NatsError, OSError, TimeoutError, *UNREADABLE) as refusal:
            raise Unavailable(f"NATS cannot be reached: {_said(refusal)}.") from refusal
        if not connection.is_connected:
            raise Unavailable(f"The connection to NATS is lost{self._complaint}.")
        self._complaint = ""
        return connection

    async def _connect(self) -> Client:
        return await nats.connect(
            **self._server.options() | {"name": f"ratchet-recorder-{self._server.tenant}"},
            connect_timeout=2,
            max_reconnect_attempts=-1,
            reconnect_time_wait=_RETRY_S,
            ping_interval=5,
            error_cb=self._complained,
        )

    async def _complained(self, failure: Exception) -> None:
        self._complaint = f": {_said(failure)}"
        _log.info("NATS says: %s", _said(failure))


def _is_over(connecting: asyncio.Task[Client]) -> bool:
    """Say whether there is nothing to wait for: it failed, or was closed by the server for good."""
    if not connecting.done():
        return False
    return connecting.cancelled() or connecting.exception() is not None or connecting.result().is_closed


def _said(failure: Exception) -> str:
    return str(failure).removeprefix("nats: ") or type(failure).__name__
