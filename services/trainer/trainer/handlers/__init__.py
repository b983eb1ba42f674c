"""Where commands and events meet the use cases of the trainer."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from chassis.known_tasks import KnownTasks
from chassis.logging import log
from chassis.rpc.answering import Answers
from chassis.rpc.caller import Caller
from contracts.api.job import NewJob
from contracts.api.kind import Kinds
from contracts.api.version import Artifact
from contracts.commands.kinds import ListKinds
from contracts.commands.predictions import Predict
from contracts.commands.prompts import StorePrompt
from contracts.errors import AlreadyRunning, InvalidInput, TooSlow, Unavailable
from contracts.events.release import VersionRegistered
from contracts.events.training import TrainingRequested
from contracts.service import Service
from trainer import jobs
from trainer.handlers import dataset_commands, job_commands, lineage_commands, of_erasures, schedule_commands
from trainer.handlers.job_commands import Start, Ways
from trainer.predictions.desk import AskedDesk
from trainer.predictions.serving import Serving


def answers(known_tasks: KnownTasks, desk: AskedDesk, serving: Serving, ways: Ways) -> Answers:
    """Give what the trainer answers."""
    made = Answers()
    job_commands.answer(made, ways)
    dataset_commands.answer(made, known_tasks, desk)
    schedule_commands.answer(made, known_tasks, desk)
    lineage_commands.answer(made, desk)

    async def list_kinds(_caller: Caller, _command: ListKinds) -> Kinds:
        return await desk.kinds()

    async def store_prompt(_caller: Caller, command: StorePrompt) -> Artifact:
        return Artifact.model_validate(await desk.ask({"prompt": command.text}))

    made.add_without_transaction(ListKinds, list_kinds)
    made.add_without_transaction(StorePrompt, store_prompt)
    made.add_without_transaction(Predict, serving.predict)
    return made


def handlers(start: Start) -> Handlers:
    """Give what the trainer does about events."""
    made = Handlers(Service.TRAINER)
    of_erasures.hear(made)

    @made.on(TrainingRequested)
    async def queue_training(tx: Transaction, event: TrainingRequested) -> None:
        asked = NewJob(task=event.task, reason=event.reason[:1000], auto_release=event.auto_release)
        try:
            await start(tx, asked)
        except (AlreadyRunning, InvalidInput) as refusal:
            log().info("training.not_queued", tenant=tx.tenant, task=event.task, reason=refusal.detail)
        except (Unavailable, TooSlow) as away:
            raise ConnectionError(away.detail) from away

    @made.on(VersionRegistered)
    async def settle_job(tx: Transaction, event: VersionRegistered) -> None:
        if not await jobs.settle_registered(tx, event):
            log().info("version.of_no_job", tenant=tx.tenant, version=event.version_id, job=event.job_id)

    return made
