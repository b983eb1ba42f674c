"""Where a command gets its subject, its owner and the shape of its answer."""

from typing import Any, ClassVar, Generic, TypeVar

from contracts.message import Message
from contracts.service import Service

Answer = TypeVar("Answer")


class Command(Message, Generic[Answer]):
    """A question or an order to the one service that owns the answer, over NATS request/reply.

    ``Command[Job]`` is answered with a `Job` or with a problem. ``askers`` are the services that may ask.
    """

    subject: ClassVar[str]
    owner: ClassVar[Service | None]
    askers: ClassVar[tuple[Service, ...]] = (Service.GATEWAY,)
    timeout_s: ClassVar[float] = 4.5
    """How long an asker waits; a little less than the five seconds after which many HTTP clients give up."""

    def address(self) -> str:
        """Give the NATS subject: ``commands.trainer.jobs.start``."""
        return self.address_at(self.owner)

    @classmethod
    def address_at(cls, service: Service | None) -> str:
        """Give the NATS subject at one service."""
        return f"commands.{service}.{cls.subject}"

    @classmethod
    def answer_shape(cls) -> Any:  # noqa: ANN401 (a type, or a union of types: there is no narrower name for it)
        """Give the type that answers are read as."""
        for base in cls.__mro__:
            metadata: dict[str, Any] = getattr(base, "__pydantic_generic_metadata__", {})
            if metadata.get("origin") in {Command, CommandToAny} and not isinstance(metadata["args"][0], TypeVar):
                return metadata["args"][0]
        message = f"{cls.__name__} does not say what answers it"
        raise TypeError(message)


class CommandToAny(Command[Answer], Generic[Answer]):
    """A command that every service answers for its own part; the field ``service`` picks one."""

    owner: ClassVar[Service | None] = None
    service: Service

    def address(self) -> str:
        """Give the NATS subject at the service that is asked."""
        return self.address_at(self.service)
