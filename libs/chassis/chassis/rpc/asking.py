"""Where a command is sent to its owner."""

import asyncio
from functools import cache
from typing import Any, TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError, NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from opentelemetry.trace import SpanKind
from pydantic import TypeAdapter

from chassis.rpc import presence
from chassis.rpc.caller import Caller
from chassis.tracing import span, traceparent
from contracts.command import Command
from contracts.errors import TooLarge, TooSlow, Unavailable
from contracts.problem import Problem
from contracts.raising import from_problem
from contracts.service import Service

Answer = TypeVar("Answer")
STATUS_HEADER = "ratchet-status"


async def ask(connection: Client, command: Command[Answer], caller: Caller) -> Answer:
    """Send a command and wait for its answer.

    Raises the `DomainError` that the owner answered with; `Unavailable` when NATS or the owner is down, within two
    seconds if it goes down meanwhile; `TooSlow` when the deadline passed, `TooLarge` when the command does not fit into
    a message.
    """
    with span(command.address(), SpanKind.CLIENT):
        reply = await _request(connection, command, caller)
    if (reply.headers or {}).get(STATUS_HEADER) == "200":
        return _reader(type(command)).validate_json(reply.data)
    raise from_problem(Problem.model_validate_json(reply.data))


async def _request(connection: Client, command: Command[Any], caller: Caller) -> Msg:
    owner = command.address().split(".")[1]
    headers = caller.headers(command.timeout_s) | {"traceparent": traceparent() or ""}
    if not connection.is_connected:
        detail = "Ratchet's message server is not reachable at the moment; please try again in a few seconds."
        raise Unavailable(detail, part="nats")
    try:
        body = command.model_dump_json().encode()
        reply = connection.request(command.address(), body, timeout=command.timeout_s, headers=headers)
        return await presence.awaited(connection, Service(owner), asyncio.ensure_future(reply))
    except MaxPayloadError as refusal:
        detail = f"The request is larger than the {connection.max_payload:,} bytes that one message can carry."
        raise TooLarge(detail) from refusal
    except NoRespondersError as refusal:
        raise Unavailable(_down(owner), part=owner) from refusal
    except NatsTimeoutError as refusal:
        detail = f"The {owner} service did not answer within {command.timeout_s:g} s."
        raise TooSlow(detail, part=owner) from refusal
    except NatsError as refusal:
        raise Unavailable(_down(owner), part=owner) from refusal


def _down(owner: str) -> str:
    return f"The {owner} service is not available at the moment; everything else works. Please try again shortly."


@cache
def _reader(command: type[Command[Answer]]) -> TypeAdapter[Answer]:
    return TypeAdapter(command.answer_shape())
