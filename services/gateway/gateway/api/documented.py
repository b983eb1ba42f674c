"""Where the two routes of `gateway.ingest` are described for /openapi.json; they are answered ahead of FastAPI."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Field

from contracts.api.feedback import Accepted, NewFeedback
from contracts.api.inference import NewInference
from contracts.errors import InternalFault
from gateway.api import problems
from gateway.api.asker import Logger

_ELSEWHERE = "This route is answered by gateway.ingest, ahead of FastAPI."

router = APIRouter(prefix="/v1", tags=["ingest"], responses=problems.described((429,)))

Feedback = Annotated[NewFeedback | Annotated[list[NewFeedback], Field(max_length=1000)], Body()]
Inferences = Annotated[NewInference | Annotated[list[NewInference], Field(max_length=1000)], Body()]


@router.post("/feedback", status_code=202)
async def send_feedback(logger: Logger, feedback: Feedback) -> Accepted:
    """Send an opinion, or up to 1,000; accepted means durably stored. Items that are wrong are refused alone."""
    raise InternalFault(_ELSEWHERE)


@router.post("/inferences", status_code=202)
async def send_inferences(logger: Logger, inferences: Inferences) -> Accepted:
    """Report a served answer, or up to 1,000; accepted means durably stored. Items that are wrong are refused alone."""
    raise InternalFault(_ELSEWHERE)
