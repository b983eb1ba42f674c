"""Where the numbers of a task are shown and exported over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import StreamingResponse

from contracts.api.metrics import Metrics, Period
from contracts.api.metrics_export import NewMetricsExport
from contracts.commands.metrics import GetMetrics
from contracts.message import Message, Moment
from gateway.api import problems
from gateway.api.asker import Reader
from gateway.exports import figures

router = APIRouter(prefix="/v1/metrics", tags=["metrics"])
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media in figures.MEDIA_TYPES.values()}, "description": "The file."},
    **problems.described((404,)),
}


class MetricsQuery(Message):
    """Which numbers: of a task or of all, of a version or of all, of a period, a time or a phase."""

    task: str | None = None
    version: str | None = None
    period: Period = Period.DAY
    since: Annotated[Moment | None, Field(alias="from", description="Instead of a period.")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None
    phase: Annotated[str | None, Field(description="Id of a step of a rollout, or of an experiment.")] = None
    include_details: Annotated[bool, Field(description="Give the numbers of each label as well.")] = False


@router.get("")
async def show_metrics(reader: Reader, wanted: Annotated[MetricsQuery, Query()]) -> Metrics:
    """Show the numbers of a task in a time: in total, by version and over time; its health, and what to do next."""
    question = GetMetrics(
        task=wanted.task,
        version_id=wanted.version,
        period=wanted.period,
        since=wanted.since,
        until=wanted.until,
        phase=wanted.phase,
        details=wanted.include_details,
    )
    return await reader.ask(question)


@router.post("/export", response_class=StreamingResponse, responses=_FILE)
async def export_metrics(reader: Reader, new: NewMetricsExport) -> StreamingResponse:
    """Export the numbers of each version in each minute, hour, day or month of a time."""
    content = await figures.begin(reader, new)
    name = f"metrics-{new.task or 'all'}.{new.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(content, media_type=figures.MEDIA_TYPES[new.format], headers=headers)
