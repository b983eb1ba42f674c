"""Where the numbers of a task are shown over HTTP."""

from fastapi import APIRouter

from contracts.api.metrics import Metrics, Period
from contracts.commands.metrics import GetMetrics
from gateway.api.asker import Reader

router = APIRouter(prefix="/v1/metrics", tags=["metrics"])


@router.get("")
async def show_metrics(reader: Reader, task: str, version: str | None = None, period: Period = Period.DAY) -> Metrics:
    """Show the numbers of a task in a period: in total, by version and over time."""
    return await reader.ask(GetMetrics(task=task, version_id=version, period=period))
