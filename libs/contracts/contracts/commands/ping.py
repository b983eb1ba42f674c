"""Where it is asked whether a service is there."""

from typing import Any

from contracts.command import CommandToAny
from contracts.message import Message
from contracts.service import Service


class Pong(Message):
    """The service is there and takes commands; `facts` are what its own readiness says besides, by their names."""

    service: Service
    facts: dict[str, dict[str, Any]] = {}  # noqa: RUF012 (pydantic copies it)


class Ping(CommandToAny[Pong]):
    """Ask whether a service takes commands."""

    subject = "ping"
    askers = tuple(Service)
    timeout_s = 1.5
