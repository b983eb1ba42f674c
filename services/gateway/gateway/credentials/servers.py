"""Where the NATS servers are found, and have their configuration read again."""

import contextlib
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout

from chassis import nkey
from contracts import applications

_CONNECT_S = 2
_FIND_S = 2.0
_RELOAD_S = 10.0


class NotTold(Exception):
    """A NATS server does not know yet who may connect."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the servers are, and the seed of the user who may have them read their configuration."""

    urls: tuple[str, ...]
    seed: str


async def reload(address: Address, *, times: int) -> None:
    """Have every server read its configuration so many times; raises `NotTold` unless all of them did.

    Whoever is still allowed stays connected; whoever is not any more is disconnected before this returns. Servers that
    do not answer keep nobody from telling the others: a killed one is counted by those for minutes.
    """
    try:
        async with _connected(address) as connection:
            found, expected = await _servers(connection)
            for server in sorted(found) * times:
                answer = await connection.request(f"$SYS.REQ.SERVER.{server}.RELOAD", timeout=_RELOAD_S)
                _check(json.loads(answer.data))
    except (OSError, NatsError) as failure:
        raise NotTold(str(failure) or type(failure).__name__) from failure
    if len(found) < expected:
        raise NotTold(f"Of {expected} NATS servers {len(found)} answered, and know now who may connect.")


async def _servers(connection: Client) -> tuple[set[str], int]:
    """Find the servers, and how many there are: each says it."""
    inbox = connection.new_inbox()
    answers = await connection.subscribe(inbox)
    await connection.publish("$SYS.REQ.SERVER.PING.STATSZ", reply=inbox)
    found, expected = set[str](), 1
    with contextlib.suppress(NatsTimeout):
        while len(found) < expected:
            said = json.loads((await answers.next_msg(timeout=_FIND_S)).data)
            found.add(str(said["server"]["id"]))
            expected = max(expected, int(said["statsz"].get("active_servers", 1)))
    return found, expected


def _check(answer: dict[str, dict[str, str]]) -> None:
    if refusal := answer.get("error"):
        message = f"The server {answer['server']['name']} keeps its configuration: {refusal.get('description')}"
        raise NotTold(message)


@asynccontextmanager
async def _connected(address: Address) -> AsyncGenerator[Client]:
    connection = Client()
    try:
        await connection.connect(
            list(address.urls),
            name="ratchet-gateway-system",
            nkeys_seed_str=address.seed,
            inbox_prefix=applications.inbox(nkey.public_key(address.seed)),
            connect_timeout=_CONNECT_S,
            allow_reconnect=False,
            error_cb=_complained,
        )
        yield connection
    finally:
        await connection.close()


async def _complained(_: Exception) -> None:
    """Say nothing: what goes wrong is raised, and told by whoever asked."""
