"""Where the routes of a tenant are followed as the registry pushes them, through every loss of the connection."""

import asyncio
import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
import nkeys
from nats.aio.client import Client
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from pydantic import ValidationError

from contracts import applications
from contracts.api.route import Route
from contracts.topology import route_subject
from ratchet.resolving import listing
from ratchet.resolving.disk import Disk
from ratchet.resolving.known import Known
from ratchet.resolving.prompts import Prompts

_log = logging.getLogger("ratchet")
_RETRY_S = 0.5
_SAVE_AFTER_S = 0.2
_SOON_S = 2.0
_RENEW_S = 60.0
_SEED = "SU"
_LOST = (NatsError, OSError, TimeoutError)
UNREADABLE = (nkeys.NkeysError, ValueError)
"""What is raised for credentials that are none."""


@dataclass(frozen=True, slots=True)
class Server:
    """How NATS is reached: ``credentials`` is the seed of an nkey, or the path of a file with one (or with a JWT)."""

    url: str
    credentials: str | None
    tenant: str

    def options(self) -> dict[str, Any]:
        """Give what the connection is opened with; an nkey has an inbox of its own."""
        known: dict[str, Any] = {"servers": self.url.split(","), "name": f"ratchet-resolver-{self.tenant}"}
        if self.credentials is None:
            return known
        seed = _seed(self.credentials)
        if seed is None:
            return known | {"user_credentials": self.credentials}
        public_key = bytes(nkeys.from_seed(seed.encode()).public_key).decode()
        return known | {"nkeys_seed_str": seed, "inbox_prefix": applications.inbox(public_key)}


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
            while True:
                await self._follow_while_open(await self._connect())
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
            except (*_LOST, *UNREADABLE) as refusal:  # a file of credentials may just be written anew
                await self._lost(refusal)

    async def _follow_while_open(self, connection: Client) -> None:
        """Follow until the client gives up, as it does where its credential is refused: that may be let in again."""
        try:
            while not connection.is_closed:
                self._again.clear()
                try:
                    await self._follow(connection)
                except _LOST as failure:
                    await self._lost(failure)
        finally:
            await connection.close()

    async def _follow(self, connection: Client) -> None:
        """Hear every change, and have all routes told again and again, until something happens to the connection."""
        changes = await connection.subscribe(route_subject(self._server.tenant, "*"))
        works = (self._hear(connection, changes), self._list_every_minute(connection), self._again.wait())
        tasks = [asyncio.create_task(work) for work in works]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for each in ended:
                each.result()
        finally:
            for each in tasks:
                each.cancel()
            await _stop(changes)

    async def _hear(self, connection: Client, changes: Subscription) -> None:
        async for message in changes.messages:
            await self._take(connection, message.data)

    async def _list_every_minute(self, connection: Client) -> None:
        """Ask the second time soon: who answered may have been about to hear of a change that we were too late for."""
        pause = _SOON_S
        while True:
            for route in await listing.routes(connection, self._server.tenant):
                await self._take(connection, route)
            if connection.is_connected:  # it may have been lost while a prompt was fetched
                self._known.hears()
            self.settled.set()
            await asyncio.sleep(pause)
            pause = _RENEW_S

    async def _take(self, connection: Client, value: bytes) -> None:
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
        """Begin anew: what was said meanwhile was not heard."""
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


def _seed(credentials: str) -> str | None:
    """Give the seed that was given, or that a file holds; None for a file that holds something else."""
    if credentials.startswith(_SEED):
        return credentials
    content = Path(credentials).read_text().strip()
    return content if content.startswith(_SEED) else None


async def _stop(changes: Subscription) -> None:
    try:
        await changes.unsubscribe()
    except _LOST:
        return
