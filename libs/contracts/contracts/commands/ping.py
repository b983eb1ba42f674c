"""Where it is asked whether a service is there."""

from contracts.command import CommandToAny
from contracts.message import Message
from contracts.service import Service


class Pong(Message):
    """The service is there and takes commands."""

    service: Service


class Ping(CommandToAny[Pong]):
    """Ask whether a service takes commands."""

    subject = "ping"
    timeout_s = 1.5
