"""Where a service's event handlers are registered, and an event is claimed and handled in one transaction."""

from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from pydantic import ValidationError

from chassis import store
from chassis.database import Database, Transaction
from contracts.errors import DomainError
from contracts.event import Envelope, Event
from contracts.service import Service
from contracts.topology import consumer_name

AnyEvent = TypeVar("AnyEvent", bound=Event)
Handle = Callable[[Transaction, AnyEvent], Awaitable[None]]


class Unreadable(DomainError):
    """The message cannot be read."""


class Handlers:
    """The events that a service listens to, and what it does about each."""

    def __init__(self, service: Service) -> None:
        """Begin without handlers."""
        self.service = service
        self._by_consumer: dict[str, tuple[type[Event], Handle[Event]]] = {}

    def on(self, event: type[AnyEvent]) -> Callable[[Handle[AnyEvent]], Handle[AnyEvent]]:
        """Register what the service does about an event; it runs in a transaction of the event's tenant."""

        def register(handle: Handle[AnyEvent]) -> Handle[AnyEvent]:
            self._by_consumer[consumer_name(self.service, event)] = (event, handle)  # pyright: ignore[reportArgumentType]
            return handle

        return register

    def __iter__(self) -> Iterator[tuple[str, type[Event]]]:
        """Give each consumer with its event."""
        return ((consumer, event) for consumer, (event, _) in self._by_consumer.items())

    async def once(self, database: Database, consumer: str, message: store.Outgoing) -> bool:
        """Handle a message unless it was handled before; say whether it was new.

        Raises `Unreadable` for what is not an event, and whatever the handler raises.
        """
        envelope = _envelope(message)
        async with database.transaction(envelope.tenant, envelope.following()) as tx:
            if not await store.claim(tx, consumer, envelope.id):
                return False
            await self.handle(tx, consumer, message)
        return True

    async def handle(self, tx: Transaction, consumer: str, message: store.Outgoing) -> None:
        """Read the event and hand it to its handler, in the given transaction."""
        event, handle = self._by_consumer[consumer]
        await handle(tx, _read(event, message.body))


def _envelope(message: store.Outgoing) -> Envelope:
    try:
        return Envelope.read(message.headers)
    except (KeyError, ValueError) as missing:
        detail = f"The CloudEvents header {missing} is missing or wrong."
        raise Unreadable(detail) from missing


def _read(event: type[Event], body: bytes) -> Event:
    try:
        return event.model_validate_json(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        detail = f"{event.__name__} {'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise Unreadable(detail) from wrong
