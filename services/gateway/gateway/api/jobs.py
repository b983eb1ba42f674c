"""Where training is started, watched and stopped over HTTP."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from contracts.api.job import Job, JobEvent, NewJob
from contracts.api.page import Page
from contracts.commands.jobs import CancelJob, GetJob, ListJobEvents, ListJobs, RetryJob, StartTraining
from contracts.errors import InvalidInput
from gateway.api import watching
from gateway.api.asker import Reader, Trainer, TrainingKeeper
from gateway.api.watching import EventStream, LastEvent, Watcher, Watching
from gateway.streams import story, wire
from gateway.streams.story import Place

router = APIRouter(prefix="/v1/training/jobs", tags=["training"])

_STORY: dict[int | str, dict[str, Any]] = {
    200: {"content": {wire.MEDIA_TYPE: {}}, "description": "Lines `progress`, `metric`, `log` and `state`."}
}
_DIGITS = 9


@router.post("", status_code=202)
async def start_training(trainer: Trainer, new: NewJob) -> Job:
    """Queue a job and answer at once; 409 names the job of this task that is under way."""
    return await trainer.ask(StartTraining(job=new))


@router.get("")
async def list_jobs(reader: Reader, question: Annotated[ListJobs, Query()]) -> Page[Job]:
    """List the jobs, newest first."""
    return await reader.ask(question)


@router.get("/{job_id}")
async def show_job(reader: Reader, job_id: str) -> Job:
    """Show one job."""
    return await reader.ask(GetJob(job_id=job_id))


@router.post("/{job_id}/cancel")
async def cancel_job(keeper: TrainingKeeper, job_id: str) -> Job:
    """Cancel a job that has not ended."""
    return await keeper.ask(CancelJob(job_id=job_id))


@router.post("/{job_id}/retry", status_code=202)
async def retry_job(trainer: Trainer, job_id: str) -> Job:
    """Queue a failed or cancelled job again."""
    return await trainer.ask(RetryJob(job_id=job_id))


@router.get("/{job_id}/events", response_class=StreamingResponse, responses=_STORY)
async def watch_job(watcher: Watching, job_id: str, last_event_id: LastEvent = None) -> EventStream:
    """Stream a job's story from its beginning, or from where it was left, until the job has ended."""
    number = _number(last_event_id or "0")
    job = await watcher.asker.ask(GetJob(job_id=job_id))
    return watcher.stream(_lines(watcher, job_id, Place(number, job.status.ended)))


def _number(last_event_id: str) -> int:
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= _DIGITS):
        raise InvalidInput.at(watching.LAST, "must be the number of a line")
    return int(last_event_id)


async def _lines(watcher: Watcher, job_id: str, place: Place) -> AsyncGenerator[bytes]:
    async def read(after: int) -> Page[JobEvent]:
        return await watcher.asker.ask(ListJobEvents(job_id=job_id, after=after))

    broadcast, tenant = watcher.asker.desk.broadcast, watcher.asker.caller.tenant
    async with broadcast.listening(tenant, story.about(job_id), watcher.welcome) as listener:
        yield wire.SIGN_OF_LIFE
        async for event in story.tell(read, listener, place, patience_s=watcher.patience_s):
            yield wire.job_event(event) if event else wire.SIGN_OF_LIFE
        yield wire.ALL_TOLD if place.ended else wire.closed(listener.reason)
