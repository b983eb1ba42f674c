"""Where it is noted what the registry says about the version that serves."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from contracts.events.release import ModelPromoted, ModelRolledBack
from feedback.store import trainings


def hear(handlers: Handlers) -> None:
    """Register what is done about the registry's events."""

    @handlers.on(ModelPromoted)
    async def note_promotion(tx: Transaction, event: ModelPromoted) -> None:
        await trainings.crown(tx, event.task, event.version_id, event.revision)

    @handlers.on(ModelRolledBack)
    async def note_rollback(tx: Transaction, event: ModelRolledBack) -> None:
        await trainings.crown(tx, event.task, event.version_id, event.revision)
