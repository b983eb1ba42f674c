"""Where it is noted that somebody's rows are to be erased."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from contracts.events.erasure import SubjectErased
from trainer.store import erasures


def hear(handlers: Handlers) -> None:
    """Register what is done about erasures."""

    @handlers.on(SubjectErased)
    async def begin_to_erase(tx: Transaction, event: SubjectErased) -> None:
        await erasures.insert(tx, event.erasure_id)
