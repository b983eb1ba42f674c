"""Where a NATS server is started as the services have it, with applications of two tenants at its door."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from chassis import nats_connection, nkey, route_listing, streams
from chassis.embedded import nats as embedded
from chassis.embedded.nats_config import APPLICATIONS, PasswordUser, SystemUser
from chassis.routes import Routes
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts import applications
from contracts.service import Service
from gateway.credentials import accounts, servers
from gateway.credentials.accounts import Bounds
from gateway.credentials.servers import Address
from gateway.store.nats_credentials import Admitted

SEEDS = {name: nkey.new_seed() for name in ("system", "shop", "desk", "globex")}
KEYS = {name: nkey.public_key(seed) for name, seed in SEEDS.items()}
ADMITTED = (
    Admitted("acme", KEYS["shop"], events=True),
    Admitted("acme", KEYS["desk"], events=False),
    Admitted("globex", KEYS["globex"], events=True),
)
USERS = (PasswordUser("anyone", "pw", (">",), (">",)), SystemUser(KEYS["system"]))


@dataclass
class Application:
    """A connection of an application, and what the server complained of to it."""

    client: Client
    complaints: list[str] = field(default_factory=list)

    async def let_through(self, kind: str, subjects: Iterable[str]) -> list[str]:
        """Name the subjects of which the server does not complain."""

        def left() -> list[str]:
            return [each for each in subjects if not self._hears_of(f'{kind} to "{each}"'.lower())]

        async def none_is_left() -> bool:
            return not left()

        with suppress(AssertionError):
            await eventually(none_is_left)
        return left()

    def _hears_of(self, refusal: str) -> bool:
        return any(refusal in told for told in self.complaints)


@dataclass
class Yard:
    """The server, and a connection that sees all that the services' account does."""

    folder: Path
    url: str
    root: Client
    heard: list[str] = field(default_factory=list)
    opened: list[Client] = field(default_factory=list)

    async def application(self, name: str) -> Application:
        made = await connect(self.url, SEEDS[name])
        self.opened.append(made.client)
        return made

    async def admit(self, admitted: Sequence[Admitted]) -> None:
        """Let these applications in and nobody else, as the gateway does."""
        _write(self.folder, accounts.written(admitted, Bounds(50)))
        await self.read_again()

    async def read_again(self) -> None:
        await servers.reload(Address((self.url,), SEEDS["system"]), times=2)

    async def stored(self, stream: str, subject: str = ">") -> int:
        found = await self.root.jetstream().stream_info(stream, subjects_filter=subject)
        return sum((found.state.subjects or {}).values())

    async def holds(self, stream: str, count: int) -> bool:
        """Say whether so many messages are stored: a server that has read one may be about to store it."""
        return await self.stored(stream) == count

    async def listen(self, *subjects: str) -> None:
        """Note from now on what is said in the services' account."""

        async def note(message: Msg) -> None:
            self.heard.append(message.subject)

        for subject in subjects:
            await self.root.subscribe(subject, cb=note)
        await nats_connection.settle(self.root)

    async def noted(self) -> list[str]:
        """Name the subjects on which something was said."""
        await self.root.flush()
        await asyncio.sleep(0.1)
        return self.heard


async def connect(url: str, seed: str, **more: Any) -> Application:
    """Connect as applications do, and note what the server complains of."""
    complaints: list[str] = []

    async def complain(problem: Exception) -> None:
        complaints.append(str(problem))

    own: dict[str, Any] = {"inbox_prefix": applications.inbox(nkey.public_key(seed)), "allow_reconnect": False}
    client = Client()
    try:
        await client.connect(url, nkeys_seed_str=seed, error_cb=complain, connect_timeout=20, **own | more)
    except NatsError:
        await client.close()
        raise
    return Application(client, complaints)


@asynccontextmanager
async def yard_in(
    folder: Path, admitted: Sequence[Admitted] = ADMITTED, *, connections: int = 50, share: int = 1000
) -> AsyncGenerator[Yard]:
    """Start the server with these applications admitted; a tenant may have so many connections and messages."""
    _write(folder, accounts.written(admitted, Bounds(connections)))
    with embedded.running(folder, USERS) as server:
        root = await nats.connect(server.url.replace("nats://", "nats://anyone:pw@"))
        settings = parts.settings("postgresql://none", server.url, ingest_max_messages=share)
        await streams.bootstrap(root.jetstream(), Service.REGISTRY, settings)
        yard = Yard(folder, server.url, root)
        try:
            yield yard
        finally:
            for each in (*yard.opened, root):
                await each.close()


def _write(folder: Path, content: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / APPLICATIONS).write_text(content)


@asynccontextmanager
async def routes_told(connection: Client) -> AsyncGenerator[asyncio.Task[None]]:
    """Tell routes meanwhile, as every service does; without the task that is given, they stay as they are."""
    routes = Routes(connection.jetstream())
    following = asyncio.create_task(routes.run())
    await route_listing.answer(connection, routes)
    try:
        yield following
    finally:
        following.cancel()
        await asyncio.wait((following,))
