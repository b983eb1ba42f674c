"""Where versions are made of what the trainer says."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from contracts.events.training import TrainingCompleted
from registry import versions


def hear(handlers: Handlers) -> None:
    """Register what is done about the trainer's events."""

    @handlers.on(TrainingCompleted)
    async def register_version(tx: Transaction, completed: TrainingCompleted) -> None:
        await versions.register(tx, completed)
