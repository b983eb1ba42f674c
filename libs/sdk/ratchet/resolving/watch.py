"""Where the routes of a tenant are followed as the registry pushes them, through every loss of the connection."""

import asyncio
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import nats
import nkeys
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.kv import KeyValue
from pydantic import ValidationError

from contracts.api.route import Route
from contracts.topology import ROUTES_BUCKET, route_key
from ratchet.resolving.disk import Disk
from ratchet.resolving.known import Known
from ratchet.resolving.prompts import Prompts

_log = logging.getLogger("ratchet")
_RETRY_S = 0.5
_SAVE_AFTER_S = 0.2
_RENEW_S = 60.0
_STRAGGLERS_S = 0.02
_LOST = (NatsError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Server:
    """How NATS is reached: ``credentials`` is the seed of an nkey, or the path of a credentials file."""

    url: str
    credentials: str | None
    tenant: str

    def options(self) -> dict[str, Any]:
        """Give what the connection is opened with; an nkey has an inbox of its own."""
        known: dict[str, Any] = {"servers": self.url.split(","), "name": f"ratchet-resolver-{self.tenant}"}
        if self.credentials is None:
            return known
        if not self.credentials.startswith("SU"):
            return known | {"user_credentials": self.credentials}
        public_key = bytes(nkeys.from_seed(self.credentials.encode()).public_key).decode()
        return known | {"nkeys_seed_str": self.credentials, "inbox_prefix": f"_INBOX.{public_key}"}


class Watch:
    """Teaches what the registry says, until cancelled; ``settled`` is set once it was heard, or is known to be away."""

    def __init__(self, server: Server, known: Known, prompts: Prompts, disk: Disk) -> None:
        """Prepare; nothing is opened before `run`."""
        self._server = server
        self._known = known
        self._prompts = prompts
        self._disk = disk
        self._again = asyncio.Event()
        self._changed = asyncio.Event()
        self.settled = threading.Event()

    async def run(self) -> None:
        """Connect, follow and keep what is learnt, for ever."""
        saving = asyncio.create_task(self._save_changes())
        try:
            connection = await self._connect()
            try:
                await self._follow_for_ever(connection)
            finally:
                await connection.close()
        finally:
            saving.cancel()
            self._save()

    async def _connect(self) -> Client:
        while True:
            try:
                return await nats.connect(
                    **self._server.options(),
                    connect_timeout=2,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=_RETRY_S,
                    ping_interval=5,
                    disconnected_cb=self._disconnected,
                    reconnected_cb=self._reconnected,
                    error_cb=self._complained,
                )
            except _LOST as refusal:
                await self._lost(refusal)

    async def _follow_for_ever(self, connection: Client) -> None:
        while True:
            self._again.clear()
            try:
                await self._follow(connection, await connection.jetstream().key_value(ROUTES_BUCKET))
            except _LOST as failure:
                await self._lost(failure)

    async def _follow(self, connection: Client, bucket: KeyValue) -> None:
        """Watch until something happens to the connection, and anew every minute, as a dead watch makes no sound."""
        watcher = await bucket.watch(route_key(self._server.tenant, "*"))
        reading = asyncio.create_task(self._read(connection, watcher))
        again = asyncio.create_task(self._again.wait())
        try:
            await asyncio.wait((reading, again), timeout=_RENEW_S, return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
        finally:
            reading.cancel()
            again.cancel()
            await _stop(watcher)

    async def _read(self, connection: Client, watcher: KeyValue.KeyWatcher) -> None:
        async for entry in watcher:
            if entry is not None:
                await self._take(connection, entry.value)
                continue
            await self._take_stragglers(connection, watcher)
            self._known.hears()
            self.settled.set()

    async def _take_stragglers(self, connection: Client, watcher: KeyValue.KeyWatcher) -> None:
        """Take what nats-py heard but did not give yet: where one route is there it may say too soon that none is."""
        await connection.flush()
        with suppress(TimeoutError):
            while isinstance(entry := await watcher.updates(timeout=_STRAGGLERS_S), KeyValue.Entry):
                await self._take(connection, entry.value)

    async def _take(self, connection: Client, value: bytes | None) -> None:
        if not value:
            return
        try:
            route = Route.model_validate_json(value)
        except ValidationError as wrong:
            _log.warning("A route cannot be read: %s", wrong)
            return
        fetched = await self._prompts.fetch(connection, route)
        if self._known.learn(route) or fetched:
            self._changed.set()

    async def _lost(self, failure: Exception) -> None:
        self._known.hears_nothing()
        self.settled.set()
        _log.info("The routes cannot be followed, trying again: %s", str(failure) or type(failure).__name__)
        await asyncio.sleep(_RETRY_S)

    async def _disconnected(self) -> None:
        self._known.hears_nothing()
        self._changed.set()

    async def _reconnected(self) -> None:
        """Watch anew: after a reconnect the old watch hears nothing for many seconds."""
        self._again.set()

    async def _complained(self, failure: Exception) -> None:
        """Take note, also of a first connection that fails: the client goes on trying for ever by itself."""
        self.settled.set()
        _log.info("NATS says: %s", str(failure) or type(failure).__name__)

    async def _save_changes(self) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(_SAVE_AFTER_S)
            self._changed.clear()
            self._save()

    def _save(self) -> None:
        self._disk.save(self._known)
        self._prompts.save(self._known.routes())


async def _stop(watcher: KeyValue.KeyWatcher) -> None:
    try:
        await watcher.stop()
    except _LOST:
        return
