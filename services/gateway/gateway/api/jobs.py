"""Where training is started, watched and stopped over HTTP."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from starlette.responses import StreamingResponse

from contracts.api.job import Job, JobEvent, NewJob
from contracts.api.page import Page
from contracts.commands.jobs import CancelJob, GetJob, ListJobEvents, ListJobs, RetryJob, StartTraining
from contracts.errors import InvalidInput
from gateway.api.asker import Asker, Reader, Trainer
from gateway.streams import story, wire
from gateway.streams.story import Place

router = APIRouter(prefix="/v1/training/jobs", tags=["training"])

_STORY: dict[int | str, dict[str, Any]] = {
    200: {"content": {wire.MEDIA_TYPE: {}}, "description": "Lines `progress`, `metric`, `log` and `state`."}
}


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
async def cancel_job(trainer: Trainer, job_id: str) -> Job:
    """Cancel a job that has not ended."""
    return await trainer.ask(CancelJob(job_id=job_id))


@router.post("/{job_id}/retry", status_code=202)
async def retry_job(trainer: Trainer, job_id: str) -> Job:
    """Queue a failed or cancelled job again."""
    return await trainer.ask(RetryJob(job_id=job_id))


@router.get("/{job_id}/events", response_class=StreamingResponse, responses=_STORY)
async def watch_job(
    reader: Reader, job_id: str, last_event_id: Annotated[str, Header(description="Resume after this line.")] = "0"
) -> StreamingResponse:
    """Stream a job's story from its beginning, or from where it was left, until the job has ended."""
    if not last_event_id.isascii() or not last_event_id.isdigit():
        raise InvalidInput.at("Last-Event-ID", "must be the number of a line")
    job = await reader.ask(GetJob(job_id=job_id))
    lines = _lines(reader, job_id, Place(int(last_event_id), job.status.ended))
    return StreamingResponse(lines, media_type=wire.MEDIA_TYPE, headers=wire.HEADERS)


async def _lines(reader: Asker, job_id: str, place: Place) -> AsyncGenerator[bytes]:
    async def read(after: int) -> Page[JobEvent]:
        return await reader.ask(ListJobEvents(job_id=job_id, after=after))

    patience_s = reader.desk.settings.heartbeat_s
    with reader.desk.broadcast.listening(reader.caller.tenant, story.about(job_id)) as listener:
        async for event in story.tell(read, listener, place, patience_s=patience_s):
            yield wire.job_event(event) if event else wire.SIGN_OF_LIFE
