"""Where all routes of a tenant are asked for, as they are at the moment."""

import json
from contextlib import suppress

from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout
from nats.js.kv import KeyValue

from contracts.topology import ROUTES_BUCKET, route_key, routes_address

_PATIENCE_S = 2.0
_STRAGGLERS_S = 0.02


async def routes(connection: Client, tenant: str) -> list[bytes]:
    """Give the routes as they were written; any service tells them, and where none does they are read from NATS.

    An application is not allowed the latter, unless it runs beside a local system. Raises what NATS raises.
    """
    try:
        answer = await connection.request(routes_address(tenant), timeout=_PATIENCE_S)
    except (NoRespondersError, NatsTimeout):
        return await _in_bucket(connection, tenant)
    return [json.dumps(each).encode() for each in json.loads(answer.data)]


async def _in_bucket(connection: Client, tenant: str) -> list[bytes]:
    bucket = await connection.jetstream(timeout=_PATIENCE_S).key_value(ROUTES_BUCKET)
    watcher = await bucket.watch(route_key(tenant, "*"))
    found: list[bytes] = []
    try:
        async for entry in watcher:
            if entry is None:
                await _take_stragglers(connection, watcher, found)
                break
            found.append(entry.value or b"")
    finally:
        await watcher.stop()
    return found


async def _take_stragglers(connection: Client, watcher: KeyValue.KeyWatcher, found: list[bytes]) -> None:
    """Take what nats-py heard but did not give yet: where one route is there it may say too soon that none is."""
    await connection.flush()
    with suppress(TimeoutError):
        while isinstance(entry := await watcher.updates(timeout=_STRAGGLERS_S), KeyValue.Entry):
            found.append(entry.value or b"")
