"""Where the commands about examples are answered."""

from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.api.example import Example, ExampleStats
from contracts.api.page import Page
from contracts.commands.examples import (
    CountExamples,
    DeleteExample,
    GetExample,
    ListExamples,
    SubmitAnswer,
    SubmitExample,
)
from feedback import examples
from feedback.examples import answered, deleting
from feedback.store import examples as store


def answer(answers: Answers, known_tasks: KnownTasks) -> None:
    """Register the answers."""
    _answer_readers(answers)

    @answers.to(SubmitExample)
    async def submit(tx: Transaction, command: SubmitExample) -> Example:
        await known_tasks.get(tx.tenant, command.example.task)
        return await examples.submit(tx, command.example)

    @answers.to(SubmitAnswer)
    async def submit_answer(tx: Transaction, command: SubmitAnswer) -> Example:
        return await answered.submit(tx, command.inference_id, command.example)

    @answers.to(DeleteExample)
    async def delete(tx: Transaction, command: DeleteExample) -> Example:
        return await deleting.delete(tx, command.example_id, only_own=command.only_own)


def _answer_readers(answers: Answers) -> None:
    @answers.to(GetExample)
    async def find(tx: Transaction, command: GetExample) -> Example:
        return await examples.find(tx, command.example_id)

    @answers.to(ListExamples)
    async def list_(tx: Transaction, command: ListExamples) -> Page[Example]:
        return await examples.list_(tx, command)

    @answers.to(CountExamples)
    async def count(tx: Transaction, command: CountExamples) -> ExampleStats:
        return await store.count(tx, command.task)
