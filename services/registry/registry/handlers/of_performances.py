"""Where it is heard how versions that serve side by side do."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from contracts.events.phases import VersionPerformance
from registry import phases


def hear(handlers: Handlers) -> None:
    """Register what is done about the events of the feedback service."""

    @handlers.on(VersionPerformance)
    async def hear_performance(tx: Transaction, said: VersionPerformance) -> None:
        await phases.hear(tx, said)
