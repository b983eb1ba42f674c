"""Where the calls about training jobs are described."""

import time
from dataclasses import replace
from typing import Any, TypedDict, Unpack, cast

from contracts.api.job import Job, JobEvent, JobStatus, NewJob
from contracts.api.page import Page
from contracts.errors import TooSlow
from ratchet.wire.call import Call, ServerEvent, Stream, at, get, post, stream
from ratchet.wire.exchange import Pause, Steps, exchange
from ratchet.wire.noun import Noun, Way, conversation, endpoint, every, fields, streaming

_LONGEST_PAUSE_S = 1.0


class WantedJobs(TypedDict, total=False):
    """Which jobs to list; ``reason`` are words that the reason contains."""

    task: str | None
    kind: str | None
    status: JobStatus | None
    reason: str | None
    limit: int
    cursor: str | None


class Training(Noun[Way]):
    """Trainings that were asked for."""

    @fields(NewJob)
    def start(self, job: NewJob) -> Call[Job]:
        """Start a training with the fields of `NewJob`; raises `UnknownTask`, `AlreadyRunning`, `InvalidInput`."""
        return post(at("training", "jobs"), Job, job)

    @endpoint
    def get(self, job_id: str) -> Call[Job]:
        """Give one job; raises `UnknownJob`."""
        return get(at("training", "jobs", job_id), Job)

    def _page(self, **wanted: Unpack[WantedJobs]) -> Call[Page[Job]]:
        """Give a page of jobs, newest first; all fields of `WantedJobs` are optional."""
        return get(at("training", "jobs"), Page[Job], **cast("dict[str, Any]", wanted))

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def cancel(self, job_id: str) -> Call[Job]:
        """Cancel a job; raises `UnknownJob`, `JobEnded`."""
        return post(at("training", "jobs", job_id, "cancel"), Job)

    @endpoint
    def retry(self, job_id: str) -> Call[Job]:
        """Queue a failed or cancelled job again; raises `UnknownJob`, `JobNotEnded`, `AlreadyRunning`."""
        return post(at("training", "jobs", job_id, "retry"), Job)

    @streaming
    def events(self, job_id: str, *, after: int = 0, within_s: float | None = None) -> Stream[JobEvent]:
        """Follow a job's story from after line ``after`` to its end, across lost connections.

        Raises `UnknownJob`, and `TooSlow` where the job has not ended ``within_s`` seconds.
        """
        story = stream(at("training", "jobs", job_id, "events"), _line, ends=_is_last)
        return replace(story, after=str(after) if after else "", within_s=within_s)

    @conversation
    def wait(self, job_id: str, *, timeout_s: float = 3600.0) -> Steps[Job]:
        """Wait until a job has ended, however it ended, and give it; raises `UnknownJob`, `TooSlow` after the time."""
        began, pause = time.monotonic(), 0.05
        while True:
            job = yield from exchange(get(at("training", "jobs", job_id), Job))
            if job.status.ended:
                return job
            if time.monotonic() - began > timeout_s:
                raise TooSlow(f"Job {job_id} is still {job.status} after {timeout_s:g} s.")
            yield Pause(pause)
            pause = min(_LONGEST_PAUSE_S, pause * 1.5)


def _line(event: ServerEvent) -> JobEvent:
    return JobEvent.model_validate_json(event.content)


def _is_last(line: JobEvent) -> bool:
    return line.kind == "state" and JobStatus(line.content["status"]).ended
