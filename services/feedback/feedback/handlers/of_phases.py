"""Where it is noted what the registry says about how units are divided."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from contracts.events.phases import PhaseClosed, PhaseOpened
from feedback import phases


def hear(handlers: Handlers) -> None:
    """Register what is done about phases."""

    @handlers.on(PhaseOpened)
    async def begin_counting(tx: Transaction, event: PhaseOpened) -> None:
        await phases.open_(tx, event)

    @handlers.on(PhaseClosed)
    async def end_counting(tx: Transaction, event: PhaseClosed) -> None:
        await phases.close(tx, event)
