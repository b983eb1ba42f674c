"""Where versions are flagged that learnt from what was erased on behalf of a person."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from contracts.events.erasure import RowsErased, VersionsFlagged
from registry.store import erasures


def hear(handlers: Handlers) -> None:
    """Register what is done about erasures."""

    @handlers.on(RowsErased)
    async def flag_versions(tx: Transaction, event: RowsErased) -> None:
        await erasures.lock(tx, event.erasure_id)
        await erasures.flag(tx, event.erasure_id, event.versions)
        if await erasures.hear(tx, event.erasure_id, event.part) == event.parts:
            flagged = await erasures.count(tx, event.erasure_id)
            tx.publish(VersionsFlagged(erasure_id=event.erasure_id, versions=flagged))
