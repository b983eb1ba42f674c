"""Where it is shown over HTTP what can be learnt from feedback."""

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.api.insights import Insights
from contracts.commands.insights import GetInsights
from gateway.api.asker import Reader

router = APIRouter(prefix="/v1/insights", tags=["feedback"])


@router.get("")
async def show_insights(reader: Reader, question: Annotated[GetInsights, Query()]) -> Insights:
    """Show what goes wrong, where, since when, which words come with it, and how reviews go."""
    return await reader.ask(question)
