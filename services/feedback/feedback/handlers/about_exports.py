"""Where it is answered which approved examples there are, for trainings and for exports."""

from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.api.example import TrainingRow
from contracts.api.export import ExportedExample
from contracts.api.page import Page
from contracts.commands.examples import CollectExamples
from contracts.commands.exports import ExportExamples
from feedback import exports


def answer(answers: Answers, known_tasks: KnownTasks) -> None:
    """Register the answers."""

    @answers.to(CollectExamples)
    async def collect(tx: Transaction, command: CollectExamples) -> Page[TrainingRow]:
        return await exports.collect(tx, command)

    @answers.to(ExportExamples)
    async def export(tx: Transaction, command: ExportExamples) -> Page[ExportedExample]:
        await known_tasks.get(tx.tenant, command.task)
        return await exports.export(tx, command)
