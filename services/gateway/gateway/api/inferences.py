"""Where inferences are shown over HTTP; they are taken in by `gateway.ingest`."""

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.api.inference import Inference
from contracts.api.page import Page
from contracts.commands.metrics import GetInference, ListInferences
from gateway.api.asker import Reader

router = APIRouter(prefix="/v1/inferences", tags=["inferences"])


@router.get("")
async def list_inferences(reader: Reader, question: Annotated[ListInferences, Query()]) -> Page[Inference]:
    """List the inferences, newest first."""
    return await reader.ask(question)


@router.get("/{inference_id}")
async def show_inference(reader: Reader, inference_id: str) -> Inference:
    """Show one inference."""
    return await reader.ask(GetInference(inference_id=inference_id))
