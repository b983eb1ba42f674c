"""Where NATS is told who may connect: in a file beside its configuration, which it reads again at once."""

import asyncio
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from chassis.database import EVERY_TENANT, Database
from chassis.faults import UNREACHABLE
from chassis.logging import log
from gateway.credentials import accounts, servers
from gateway.credentials.accounts import Bounds
from gateway.credentials.servers import Address, NotTold
from gateway.settings import Settings
from gateway.store import nats_credentials as store
from gateway.store.nats_credentials import Admitted

_READABLE = 0o644
_OF_NEW_ACCOUNTS = 2
"""What a new account takes from the services' account works once nats-server (2.15) has read it a second time."""


class Door:
    """The door of NATS: it lets those in whose credentials are in the database, and nobody else.

    NATS itself holds what it was told, so applications come and go while the gateway is away. Several gateways may
    share one file: who writes it has read the database under a lock, so that the file never becomes older.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._file = Path(settings.nats_applications_file) if settings.nats_applications_file else None
        self._address = Address(tuple(settings.nats_url.split(",")), settings.nats_system_seed)
        self._bounds = Bounds(settings.nats_connections)
        self._every_s = settings.nats_check_s
        self._told: list[Admitted] | None = None
        self._tenants = set[str]()
        self._telling = asyncio.Lock()

    @property
    def exists(self) -> bool:
        """Whether this Ratchet's NATS has a door at all: one without users lets everybody in."""
        return self._file is not None and bool(self._address.seed)

    async def tell(self) -> bool:
        """Have NATS know the present credentials; false where it could not be told, which is tried again by itself."""
        try:
            if self.exists:
                await self._tell()
        except (NotTold, OSError, *UNREACHABLE) as failure:
            log().warning("nats_credentials.not_told", reason=str(failure) or type(failure).__name__)
            return False
        return True

    async def run(self) -> None:
        """See to it that NATS knows what the database does, whoever changed it, until cancelled."""
        while self.exists:
            await self.tell()
            await asyncio.sleep(self._every_s)

    async def _tell(self) -> None:
        async with self._telling:
            admitted = await self._write()
            if self._told != admitted:
                tenants = {each.tenant for each in admitted}
                await servers.reload(self._address, times=1 if tenants <= self._tenants else _OF_NEW_ACCOUNTS)
                self._told, self._tenants = admitted, tenants

    async def _write(self) -> list[Admitted]:
        async with self._database.transaction(EVERY_TENANT) as tx:
            await store.lock(tx)
            admitted = await store.list_admitted(tx)
            content = accounts.written(admitted, self._bounds)
            if self._file is not None and await asyncio.to_thread(_replace, self._file, content):
                self._told = None
        return admitted


def _replace(path: Path, content: str) -> bool:
    """Write all of it or nothing, and say whether it was another; it holds no secret, and NATS may be somebody else."""
    with suppress(FileNotFoundError):
        if path.read_text() == content:
            return False
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_READABLE)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True
