"""Where the commands about assessments of labels are answered."""

from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.api.assessment import AssessableRow, Assessment, AssessmentClaim, AssessmentHeard
from contracts.api.page import Page
from contracts.commands.assessments import (
    AssessExamples,
    ClaimAssessment,
    CollectAssessable,
    GetAssessment,
    TellAssessment,
)
from feedback.examples import assessing
from feedback.examples.thresholds import Thresholds


def answer(answers: Answers, known_tasks: KnownTasks, thresholds: Thresholds) -> None:
    """Register the answers."""
    _answer_people(answers, known_tasks)

    @answers.to(ClaimAssessment)
    async def claim(tx: Transaction, _: ClaimAssessment) -> AssessmentClaim:
        return await assessing.claim(tx, known_tasks)

    @answers.to(CollectAssessable)
    async def collect(tx: Transaction, command: CollectAssessable) -> Page[AssessableRow]:
        return await assessing.collect(tx, command)

    @answers.to(TellAssessment)
    async def hear(tx: Transaction, command: TellAssessment) -> AssessmentHeard:
        return await assessing.hear(tx, command, thresholds)


def _answer_people(answers: Answers, known_tasks: KnownTasks) -> None:
    @answers.to(AssessExamples)
    async def ask(tx: Transaction, command: AssessExamples) -> Assessment:
        kind = (await known_tasks.get(tx.tenant, command.task)).kind
        return await assessing.ask(tx, kind, command.task)

    @answers.to(GetAssessment)
    async def find(tx: Transaction, command: GetAssessment) -> Assessment:
        await known_tasks.get(tx.tenant, command.task)
        return await assessing.find(tx, command.task)
