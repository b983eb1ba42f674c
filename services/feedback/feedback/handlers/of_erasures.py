"""Where it is noted that other services have erased what they held of somebody."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from contracts.events.erasure import RowsErased, VersionsFlagged
from contracts.service import Service
from feedback import erasure


def hear(handlers: Handlers) -> None:
    """Register what is done about the acknowledgements."""

    @handlers.on(RowsErased)
    async def note_trainer(tx: Transaction, event: RowsErased) -> None:
        await erasure.acknowledge(tx, event.erasure_id, Service.TRAINER, event.counts)

    @handlers.on(VersionsFlagged)
    async def note_registry(tx: Transaction, event: VersionsFlagged) -> None:
        await erasure.acknowledge(tx, event.erasure_id, Service.REGISTRY, {"versions": event.versions})
