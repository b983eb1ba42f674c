"""Where it is noticed, while an answer is awaited, that nobody is there any more to give it."""

import asyncio

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

from chassis.rpc.caller import Caller
from contracts.commands.ping import Ping
from contracts.event import Cause
from contracts.service import Service

_LOOK_AFTER_S = 0.25
_PATIENCE_S = 0.5
_SILENCES = 2
"""So often somebody may leave the question unanswered: one who only stumbles answers the second."""

_NOBODY = "ratchet"


async def awaited(connection: Client, owner: Service, reply: "asyncio.Task[Msg]") -> Msg:
    """Give the reply; raises `NoRespondersError` within two seconds of its owner's end, or what the request raises."""
    silences = 0
    try:
        while not await _within(reply, _LOOK_AFTER_S):
            silences = 0 if await _is_there(connection, owner, reply) else silences + 1
            if silences == _SILENCES:
                raise NoRespondersError
        return reply.result()
    finally:
        reply.cancel()


async def _is_there(connection: Client, owner: Service, reply: "asyncio.Task[Msg]") -> bool:
    """Ask the owner whether it is there, unless its reply comes first; raises `NoRespondersError` if it is gone."""
    looking = asyncio.ensure_future(_look(connection, owner))
    try:
        await asyncio.wait({reply, looking}, return_when=asyncio.FIRST_COMPLETED)
        return reply.done() or looking.result()
    finally:
        looking.cancel()


async def _look(connection: Client, owner: Service) -> bool:
    ping, caller = Ping(service=owner), Caller(_NOBODY, Cause(_NOBODY))
    try:
        await connection.request(
            ping.address(), ping.model_dump_json().encode(), timeout=_PATIENCE_S, headers=caller.headers(_PATIENCE_S)
        )
    except NoRespondersError:
        raise
    except NatsError:
        return False
    return True


async def _within(reply: "asyncio.Task[Msg]", seconds: float) -> bool:
    await asyncio.wait({reply}, timeout=seconds)
    return reply.done()
