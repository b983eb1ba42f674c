"""Where the commands about examples are answered."""

from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.api.example import Example, ExampleStats, Reviewed, TrainingRow
from contracts.api.page import Page
from contracts.commands.examples import (
    CollectExamples,
    CountExamples,
    GetExample,
    ListExamples,
    ReviewExample,
    ReviewExamples,
    SubmitExample,
)
from feedback import examples
from feedback.store import examples as store


def answer(answers: Answers, known_tasks: KnownTasks) -> None:
    """Register the answers."""
    _answer_readers(answers)
    _answer_reviewers(answers)

    @answers.to(SubmitExample)
    async def submit(tx: Transaction, command: SubmitExample) -> Example:
        await known_tasks.get(tx.tenant, command.example.task)
        return await examples.submit(tx, command.example)


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

    @answers.to(CollectExamples)
    async def collect(tx: Transaction, command: CollectExamples) -> Page[TrainingRow]:
        return await examples.collect(tx, command)


def _answer_reviewers(answers: Answers) -> None:
    @answers.to(ReviewExample)
    async def review(tx: Transaction, command: ReviewExample) -> Example:
        return await examples.review(tx, command.example_id, command.review)

    @answers.to(ReviewExamples)
    async def review_many(tx: Transaction, command: ReviewExamples) -> Reviewed:
        return await examples.review_many(tx, command.review)
