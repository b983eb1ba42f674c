"""Where feedback is shown and counted over HTTP; it is taken in by `gateway.ingest`."""

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.api.feedback import Feedback, FeedbackStats
from contracts.api.metrics import Period
from contracts.api.page import Page
from contracts.commands.metrics import CountFeedback, ListFeedback
from gateway.api.asker import Reader

router = APIRouter(prefix="/v1/feedback", tags=["feedback"])


@router.get("")
async def list_feedback(reader: Reader, question: Annotated[ListFeedback, Query()]) -> Page[Feedback]:
    """List the opinions, newest first: about one inference, all that anybody said; or those `parked`, or `late`."""
    return await reader.ask(question)


@router.get("/stats")
async def count_feedback(
    reader: Reader,
    task: str | None = None,
    version: str | None = None,
    group_by: str = "verdict",
    period: Period = Period.ALL,
) -> FeedbackStats:
    """Count the opinions that stand by `verdict`, `operation`, `source` or `version_id`, and those that do not."""
    return await reader.ask(CountFeedback(task=task, version_id=version, group_by=group_by, period=period))
