"""Where one attempt at a job is made: rows are collected and frozen, a child process trains, a beat holds the lease."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chassis.faults import UNREACHABLE
from chassis.logging import log
from chassis.rpc.caller import Caller
from contracts.api.job import JobStatus
from contracts.api.route import Route
from contracts.commands.tasks import GetTask
from contracts.commands.versions import GetRoute
from contracts.errors import DomainError
from trainer import attempts
from trainer.datasets import collecting
from trainer.executors.frames import Frame
from trainer.executors.orders import Champion, Order, Part
from trainer.executors.outcomes import Cancelled, Faulted, Outcome, Refused, Stopped
from trainer.store.attempts import Claimed
from trainer.worker.filling import filled
from trainer.worker.notebook import HEARTBEAT_S, Notebook
from trainer.worker.workplace import Workplace

_COLLECTING = 0.02
_RETRY_S = 1.0


class Attempt:
    """A job in this worker's hands, from its claim to its settlement."""

    def __init__(self, place: Workplace, job: Claimed, woken: asyncio.Event) -> None:
        self._place = place
        self._job = job
        self._woken = woken
        self._notebook = Notebook()
        self._database = place.parts.database
        self._lease_s = place.settings.lease_seconds
        self._began = asyncio.get_running_loop().time()
        self._limit = asyncio.timeout_at(self._ends_at())

    async def make(self) -> None:
        """Work until the job is settled or somebody else's; being cancelled hands it back."""
        await asyncio.to_thread(self._place.clear, self._job)
        try:
            outcome = await self._first_outcome()
        except asyncio.CancelledError:
            await self._settle(Stopped())
            raise
        finally:
            await asyncio.to_thread(self._place.clear, self._job, attempt=self._job.attempt)
        await self._settle(outcome)

    async def _first_outcome(self) -> Outcome:
        """Wait for the training, the loss of the job, or the time limit, whichever is first; end the others."""
        training, holding = asyncio.create_task(self._train()), asyncio.create_task(self._hold())
        try:
            async with self._limit:
                done, _ = await asyncio.wait({training, holding}, return_when=asyncio.FIRST_COMPLETED)
            return next(task.result() for task in (training, holding) if task in done)
        except TimeoutError:
            return Refused(f"The training took longer than the {self._minutes():g} minutes that are allowed.")
        finally:
            await end(training, holding)

    async def _hold(self) -> Outcome:
        """Beat until the job is cancelled or somebody else's; a time limit that was changed meanwhile holds at once."""
        while True:
            if self._limit.when() != self._ends_at():
                self._limit.reschedule(self._ends_at())
            status = await self._beat()
            if status is JobStatus.CANCELLING:
                return Cancelled()
            if status is None:
                return Stopped()
            await wait_for(self._woken, HEARTBEAT_S)

    async def _beat(self) -> JobStatus | None:
        told = self._notebook.take()
        try:
            return await attempts.beat(self._database, self._job, self._lease_s, told)
        except UNREACHABLE as lost:
            log().warning("job.not_told", job=self._job.id, reason=str(lost) or type(lost).__name__)
            self._notebook.put_back(told)
            return JobStatus.RUNNING

    async def _train(self) -> Outcome:
        try:
            rows = await self._rows()
            return await self._place.executor.fit(await self._order(rows), self._hear)
        except DomainError as refusal:
            return Refused(refusal.detail)
        except TimeoutError:
            minutes = self._place.settings.max_collecting_minutes
            return Refused(f"The examples could not be collected within {minutes:g} minutes.")
        except OSError as broken:
            return Faulted(f"{type(broken).__name__}: {broken}")

    async def _rows(self) -> str | None:
        """Collect the rows, and the parameters that the task's jobs start from; None if that was done before."""
        job, limit_s = self._job, self._place.settings.max_collecting_minutes * 60
        if job.snapshot:
            return None
        nats, caller = self._place.parts.nats, Caller(job.tenant, job.cause)
        rows = self._place.rows(job)
        async with asyncio.timeout(limit_s):
            task = await collecting.ask_patiently(nats, GetTask(key=job.task), caller, self._hear_collecting)
            self._job = replace(job, parameters=self._filled(task.parameters | job.parameters))
            if job.collects:
                await self._collect(caller, rows)
        return await asyncio.to_thread(self._place.share, job, rows) if job.collects else None

    async def _collect(self, caller: Caller, rows: Path) -> None:
        is_afresh, nats = True, self._place.parts.nats
        async for page in collecting.collect(nats, caller, self._job.task, rows, self._hear_collecting):
            await attempts.note(self._database, self._job, page, is_afresh=is_afresh)
            is_afresh = False

    def _filled(self, parameters: dict[str, Any]) -> dict[str, Any]:
        months = self._place.switches(self._job.tenant).default_forecast_window_months
        return filled(self._job.kind, parameters, months, datetime.now(UTC).date())

    async def _order(self, rows: str | None) -> Order:
        """Write the order down; the champion is the one that serves at this moment."""
        job, place = self._job, self._place
        champion = (await self._route()).champion
        return Order(
            kind=job.kind,
            parameters=job.parameters,
            rows=rows,
            datasets=tuple(Part.model_validate(each) for each in job.datasets),
            snapshot=(job.snapshot or {}).get("sha256"),
            champion=Champion(version_id=champion.version_id, artifact=champion.artifact) if champion else None,
            artifacts_url=place.settings.artifacts_url,
            scratch=place.scratch(job),
            memory_mb=place.settings.max_training_memory_mb,
        )

    async def _route(self) -> Route:
        """Give the task's route as it was pushed, or ask for it however long the registry is away."""
        job, parts = self._job, self._place.parts
        known = parts.routes.find(job.tenant, job.task)
        asked = GetRoute(task=job.task)
        return known or await collecting.ask_patiently(
            parts.nats, asked, Caller(job.tenant, job.cause), self._hear_collecting
        )

    def _minutes(self) -> float:
        return self._place.switches(self._job.tenant).max_training_runtime_minutes

    def _ends_at(self) -> float:
        return self._began + self._minutes() * 60

    def _hear_collecting(self, message: str) -> None:
        self._notebook.progress(_COLLECTING, "collecting", message)

    def _hear(self, frame: Frame) -> None:
        if "began" in frame:
            self._began = asyncio.get_running_loop().time()
            self._limit.reschedule(self._ends_at())
        if "snapshot" in frame:
            self._job = replace(self._job, snapshot=frame["snapshot"])
        self._notebook.hear(frame)

    async def _settle(self, outcome: Outcome) -> None:
        """Write down how it ended, however long Postgres is away; who stops does not wait, the lease runs out."""
        told = self._notebook.take_all()
        while True:
            try:
                is_ours = await attempts.settle(self._database, self._job, outcome, told)
            except UNREACHABLE as lost:
                log().warning("job.not_settled", job=self._job.id, reason=str(lost) or type(lost).__name__)
                if isinstance(outcome, Stopped):
                    return
                await asyncio.sleep(_RETRY_S)
            else:
                ended = type(outcome).__name__.lower() if is_ours else "lost"
                log().info(
                    "job.settled", job=self._job.id, tenant=self._job.tenant, attempt=self._job.attempt, how=ended
                )
                return


async def wait_for(woken: asyncio.Event, seconds: float) -> None:
    """Wait to be woken, at most so long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await woken.wait()
    woken.clear()


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
