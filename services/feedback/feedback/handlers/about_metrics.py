"""Where the questions about inferences, opinions and numbers are answered."""

from chassis import pages
from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.api.feedback import Feedback, FeedbackStats
from contracts.api.inference import Inference
from contracts.api.metrics import MetricRow, Metrics
from contracts.api.page import Page
from contracts.commands.metrics import (
    CountFeedback,
    GetInference,
    GetMetrics,
    ListFeedback,
    ListInferences,
    ListMetricRows,
)
from contracts.errors import UnknownInference
from feedback import history, metrics
from feedback.metrics import exporting
from feedback.metrics.grains import Kept
from feedback.store import inferences


def answer(answers: Answers, known_tasks: KnownTasks, kept: Kept) -> None:
    """Register the answers."""
    _answer_readers(answers)

    @answers.to(GetMetrics)
    async def measure(tx: Transaction, command: GetMetrics) -> Metrics:
        if command.task is not None:
            await known_tasks.get(tx.tenant, command.task)
        return await metrics.of(tx, command, kept)

    @answers.to(ListMetricRows)
    async def list_rows(tx: Transaction, command: ListMetricRows) -> Page[MetricRow]:
        if command.task is not None:
            await known_tasks.get(tx.tenant, command.task)
        return await exporting.rows(tx, command, kept)

    @answers.to(CountFeedback)
    async def count(tx: Transaction, command: CountFeedback) -> FeedbackStats:
        found = await metrics.count_feedback(tx, command)
        return found.model_copy(update=await history.count_aside(tx, command))


def _answer_readers(answers: Answers) -> None:
    @answers.to(GetInference)
    async def find(tx: Transaction, command: GetInference) -> Inference:
        found = await inferences.find(tx, command.inference_id)
        if found is None:
            raise UnknownInference(f"There is no inference {command.inference_id!r}.")
        return found

    @answers.to(ListInferences)
    async def list_inferences(tx: Transaction, command: ListInferences) -> Page[Inference]:
        before, limit = pages.number(command.cursor), command.limit + 1
        found = await inferences.list_(tx, task=command.task, version_id=command.version_id, before=before, limit=limit)
        return pages.by_place(found, command.limit)

    @answers.to(ListFeedback)
    async def list_feedback(tx: Transaction, command: ListFeedback) -> Page[Feedback]:
        return await history.list_(tx, command)
