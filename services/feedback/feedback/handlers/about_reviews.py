"""Where the commands about the review of examples are answered."""

from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.api.example import Example, Reviewed
from contracts.api.page import Page
from contracts.api.review import Assigned, Claimed, HistoryEntry, QueuedExample, Released
from contracts.commands.examples import ReviewExample, ReviewExamples
from contracts.commands.reviews import (
    AssignExample,
    AssignExamples,
    ClaimExamples,
    EditExample,
    ListExampleHistory,
    ListQueue,
    ReleaseExamples,
)
from feedback import reviews
from feedback.reviews import assigning, editing, history, queue


def answer(answers: Answers, known_tasks: KnownTasks) -> None:
    """Register the answers."""
    _answer_reviewers(answers)
    _answer_sharers(answers, known_tasks)

    @answers.to(ListQueue)
    async def list_(tx: Transaction, command: ListQueue) -> Page[QueuedExample]:
        await known_tasks.get(tx.tenant, command.task)
        return await queue.list_(tx, command.task, command.limit)

    @answers.to(ListExampleHistory)
    async def tell(tx: Transaction, command: ListExampleHistory) -> Page[HistoryEntry]:
        return await history.list_(tx, command)


def _answer_reviewers(answers: Answers) -> None:
    @answers.to(ReviewExample)
    async def review(tx: Transaction, command: ReviewExample) -> Example:
        return await reviews.give(tx, command.example_id, command.review, expected_revision=command.expected_revision)

    @answers.to(ReviewExamples)
    async def review_many(tx: Transaction, command: ReviewExamples) -> Reviewed:
        return await reviews.give_many(tx, command.review)

    @answers.to(EditExample)
    async def edit(tx: Transaction, command: EditExample) -> Example:
        return await editing.edit(tx, command.example_id, command.edit, command.expected_revision, own=command.only_own)


def _answer_sharers(answers: Answers, known_tasks: KnownTasks) -> None:
    @answers.to(ClaimExamples)
    async def claim(tx: Transaction, command: ClaimExamples) -> Claimed:
        await known_tasks.get(tx.tenant, command.claim.task)
        return await queue.claim(tx, command.claim)

    @answers.to(AssignExamples)
    async def assign(tx: Transaction, command: AssignExamples) -> Assigned:
        if command.assignment.task is not None:
            await known_tasks.get(tx.tenant, command.assignment.task)
        return await assigning.assign(tx, command.assignment)

    @answers.to(AssignExample)
    async def assign_one(tx: Transaction, command: AssignExample) -> Assigned:
        return await assigning.assign_one(tx, command.example_id, command.assignment)

    @answers.to(ReleaseExamples)
    async def release(tx: Transaction, command: ReleaseExamples) -> Released:
        return await queue.release(tx, command.release)
