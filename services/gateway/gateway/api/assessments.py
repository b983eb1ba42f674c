"""Where it is asked over HTTP that the labels of a task's examples are doubted, and how far that is."""

from fastapi import APIRouter

from contracts.api.assessment import Assessment
from contracts.commands.assessments import AssessExamples, GetAssessment
from gateway.api.asker import Reader, Reviewer

router = APIRouter(prefix="/v1/tasks/{task}/examples", tags=["examples"])


@router.post("/assess", status_code=202)
async def assess_examples(reviewer: Reviewer, task: str) -> Assessment:
    """Have the labels of a classification task's examples assessed soon by a classifier that learnt from the others.

    That happens by itself when enough examples are new; while it is under way, this changes nothing.
    """
    return await reviewer.ask(AssessExamples(task=task))


@router.get("/assessment")
async def show_assessment(reader: Reader, task: str) -> Assessment:
    """Show how far the assessment is, or what the last one came to."""
    return await reader.ask(GetAssessment(task=task))
