"""Where transactions begin and end: one for each request or event, bound to one tenant."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from chassis import store
from chassis.logging import log
from chassis.tracing import traceparent
from contracts.event import Cause, Envelope, Event

EVERY_TENANT = "*"
"""The tenant of transactions that work across tenants, such as the relay's; no tenant can have this name."""

_TENANT = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}|\*")
_RETRY_S = 1.0
_BEGUN_S = 5.0
"""So long a Postgres may take to let a connection or a transaction begin; one that takes longer hangs."""
_FREE_S = 30.0
"""So long somebody waits for a connection that others use."""


@dataclass(slots=True)
class Transaction:
    """An open transaction of one tenant; what is published in it leaves when it commits, or never."""

    tenant: str
    cause: Cause
    _connection: store.Connection
    outgoing: list[store.Outgoing] = field(default_factory=list[store.Outgoing])

    async def fetch(self, sql: str, *values: Any) -> list[asyncpg.Record]:  # noqa: ANN401 (any value Postgres takes)
        """Run a statement and give its rows."""
        return await self._connection.fetch(sql, *values)

    async def fetchrow(self, sql: str, *values: Any) -> asyncpg.Record | None:  # noqa: ANN401
        """Run a statement and give its first row."""
        return await self._connection.fetchrow(sql, *values)

    async def fetchval(self, sql: str, *values: Any) -> Any:  # noqa: ANN401
        """Run a statement and give the first value of its first row."""
        return await self._connection.fetchval(sql, *values)

    async def execute(self, sql: str, *values: Any) -> None:  # noqa: ANN401
        """Run a statement that has no rows to give."""
        await self._connection.execute(sql, *values)

    def publish(self, event: Event, *, tenant: str | None = None) -> None:
        """Say an event when this transaction commits; a transaction across tenants names the tenant."""
        whose = tenant or self.tenant
        envelope = Envelope.around(event, whose, self.cause)
        headers = envelope.headers()
        self.outgoing.append(store.Outgoing(event.address(whose), headers, event.model_dump_json().encode()))

    def put(self, subject: str, message_id: str, body: bytes) -> None:
        """Store a value in a key-value bucket when this transaction commits, in order with its events."""
        self.outgoing.append(store.Outgoing(subject, {"Nats-Msg-Id": message_id}, body))


class Database:
    """The pool of connections to the service's own schema."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Wrap a pool that `connect` made."""
        self._pool = pool
        self._listeners: list[Callable[[], None]] = []

    def on_outgoing(self, listener: Callable[[], None]) -> None:
        """Call the listener after each commit that left something in the outbox."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def transaction(self, tenant: str, cause: Cause | None = None) -> AsyncGenerator[Transaction]:
        """Open a transaction that sees only the tenant's rows; commit at the end, roll back on any exception.

        Raises `ValueError` for something that cannot be a tenant's name, `TimeoutError` where Postgres hangs.
        """
        if not _TENANT.fullmatch(tenant):
            message = f"{tenant!r} cannot be a tenant"
            raise ValueError(message)
        async with self._pool.acquire(timeout=_FREE_S) as connection:
            tx = Transaction(tenant, cause or Cause("ratchet", traceparent=traceparent()), connection)
            try:
                await store.begin(connection, tenant, within_s=_BEGUN_S)
                yield tx
                if tx.outgoing:
                    await store.leave(tx, tx.outgoing)
            except BaseException as fault:
                await _undo(connection, fault)
                raise
            await store.commit(connection)
        if tx.outgoing:
            for listener in self._listeners:
                listener()

    async def ping(self) -> None:
        """Raise unless Postgres answers."""
        async with self._pool.acquire(timeout=2) as connection:
            await store.ping(connection)

    async def close(self) -> None:
        """Let running transactions end, at most five seconds, and close all connections."""
        try:
            async with asyncio.timeout(5):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()


async def _undo(connection: store.Connection, fault: BaseException) -> None:
    if isinstance(fault, TimeoutError):
        connection.terminate()  # a Postgres that hangs would not hear that it is to roll back
    elif not connection.is_closed():
        await asyncio.shield(store.roll_back(connection))


async def connect(url: str, *, service: str, connections: int = 8) -> Database:
    """Wait for Postgres, saying so, and open the pool."""
    while True:
        try:
            return Database(await _open(url, service, connections))
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as refusal:
            log().warning("postgres.awaited", reason=str(refusal) or type(refusal).__name__)
            await asyncio.sleep(_RETRY_S)


async def _open(url: str, service: str, connections: int) -> "asyncpg.Pool[asyncpg.Record]":
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=connections,
        max_inactive_connection_lifetime=10,
        timeout=_BEGUN_S,
        init=_teach_json,
        reset=_keep,
        command_timeout=60,
        server_settings={
            "application_name": f"ratchet-{service}",
            "search_path": str(service),
            "idle_in_transaction_session_timeout": "60s",
        },
    )


async def _teach_json(connection: asyncpg.Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads, schema="pg_catalog"
        )


async def _keep(_: asyncpg.Connection) -> None:
    """Skip the pool's reset query: all that transactions set is local to them, and it would cost a round trip."""
