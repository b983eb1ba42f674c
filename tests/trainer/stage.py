"""Where the trainer is put on a stage: its neighbours are played, and what it says is written down."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from chassis import nats_connection
from chassis.database import Database
from chassis.routes import Routes
from chassis.rpc.answering import Answering, Answers
from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.api.example import ExampleStats, ExampleStatus, TrainingRow
from contracts.api.job import Job, JobEvent, JobStatus, NewJob
from contracts.api.page import Page
from contracts.api.route import Arm, Route
from contracts.api.task import Task
from contracts.api.version import Verdict
from contracts.command import Command
from contracts.commands.erasure import ErasedExamples, GetErasedNames, ListErasedExamples, Names
from contracts.commands.examples import CollectExamples, CountExamples
from contracts.commands.jobs import GetJob, ListJobEvents, StartTraining
from contracts.commands.tasks import GetTask
from contracts.commands.versions import GetRoute
from contracts.errors import UnknownTask
from contracts.event import Envelope, Event
from contracts.events.release import VersionRegistered
from contracts.events.training import TrainingCompleted
from contracts.service import Service
from trainer import app
from trainer.settings import Settings
from trainer.worker.workplace import Workplace

PATIENCE_S = 180
"""A trainer that finds two cores shared with thirty others takes a hundred seconds to be warm (measured)."""
LIGHT = ("trainer.executors.fitting", "trainer.executors.reading", "trainer.predictions.answering")


@dataclass
class Stage:
    """The trainer's neighbours, and the messages that were heard; `known` are a trainer's routes, if it works here."""

    nats: Client
    settings: Settings
    known: Routes | None = None
    rows: list[TrainingRow] = field(default_factory=lambda: rows_of(20))
    routes: dict[tuple[str, str], Route] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()
    heard: list[Msg] = field(default_factory=list)
    players: dict[Service, Answering] = field(default_factory=dict)

    async def ask(self, command: Command[Any], caller: Caller | None = None) -> Any:
        return await ask(self.nats, command, caller or parts.caller())

    async def create_task(self, kind: str, *arms: Arm, task: str = "tickets", revision: int = 1) -> None:
        route = Route(
            task=task, kind=kind, revision=revision, phase="steady", arms=arms, salt="s", since=datetime.now(UTC)
        )
        self.routes["acme", task] = route
        bucket = await self.jetstream().key_value("routes")
        await bucket.put(f"acme.{task}", route.model_dump_json().encode())
        await eventually(lambda: self._is_known(route))

    async def _is_known(self, route: Route) -> bool:
        """Say whether a trainer in this process has been pushed the route; another one is not waited for."""
        known = self.known.find("acme", route.task) if self.known else route
        return known is not None and known.revision >= route.revision

    def jetstream(self) -> JetStreamContext:
        return self.nats.jetstream(timeout=PATIENCE_S)

    async def start(self, task: str = "tickets", **others: Any) -> Job:
        return await self.ask(StartTraining(job=NewJob(task=task, **others)))

    async def job(self, job_id: str) -> Job:
        return await self.ask(GetJob(job_id=job_id))

    async def lines(self, job_id: str) -> tuple[JobEvent, ...]:
        return (await self.ask(ListJobEvents(job_id=job_id))).items

    async def job_that(self, job_id: str, holds: Callable[[Job], bool], *, within_s: float = PATIENCE_S) -> Job:
        async def look() -> Job | None:
            job = await self.job(job_id)
            return job if holds(job) else None

        return await eventually(look, within_s=within_s)

    async def ended(self, job_id: str, *, within_s: float = PATIENCE_S) -> Job:
        return await self.job_that(job_id, lambda job: job.status.ended, within_s=within_s)

    async def running(self, job_id: str, step: str) -> Job:
        return await self.job_that(job_id, lambda job: job.status is JobStatus.RUNNING and job.step == step)

    async def said(self, event: type[Event], job: Job | None = None) -> Any:
        """Wait for an event, about a job perhaps: what is said twice is heard twice, and late."""

        async def look() -> Event | None:
            heard = [message.data for message in self.heard if message.subject == event.address("acme")]
            found = [event.model_validate_json(each) for each in heard]
            return next((each for each in reversed(found) if job is None or each.job_id == job.id), None)

        return await eventually(look, within_s=PATIENCE_S)

    async def register(self, made: TrainingCompleted, *, promoted: bool = True) -> VersionRegistered:
        event = VersionRegistered(
            task=made.task, version_id=made.version_id, job_id=made.job_id, number=1, label="1.0.0",
            verdict=Verdict.SHIP, reasons=("it beats the majority",), promoted=promoted,
        )  # fmt: skip
        await self.say(event)
        return event

    async def say(self, event: Event, tenant: str = "acme") -> None:
        headers = Envelope.around(event, tenant, parts.caller().cause).headers()
        body = event.model_dump_json().encode()
        await self.jetstream().publish(event.address(tenant), body, stream="EVENTS", headers=headers)

    def scratch(self) -> list[Path]:
        return list(Path(self.settings.artifacts_url).glob("scratch/*"))


@asynccontextmanager
async def playing(place: Workplace) -> AsyncIterator[Stage]:
    """Play feedback and registry beside a trainer that works in this process."""
    async with stage(place.settings, place.parts.database) as made:
        made.known = place.parts.routes
        yield made


@asynccontextmanager
async def stage(settings: Settings, database: Database) -> AsyncIterator[Stage]:
    nats = await nats_connection.connect(settings, "stage")
    made = Stage(nats, settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(nats.close)
        for service, answers in ((Service.FEEDBACK, _feedback(made)), (Service.REGISTRY, _registry(made))):
            made.players[service] = Answering(service, answers, database)
            await made.players[service].start(nats)

        async def hear(message: Msg) -> None:
            made.heard.append(message)

        for subject in ("events.>", "ingest.>"):
            await nats.subscribe(subject, cb=hear)
        yield made


@asynccontextmanager
async def trainer_on_stage(settings: Settings, *preloaded: str) -> AsyncIterator[tuple[Workplace, Stage]]:
    """Run a whole trainer in this process, between its neighbours."""
    async with (
        app.working(settings, preloaded=preloaded or LIGHT) as place,
        playing(place) as made,
        app.answering(place),
    ):
        await _warmed(place)
        yield place, made


async def _warmed(place: Workplace) -> None:
    """Wait, as whoever deploys a trainer does until it is ready: what is asked before may take longer than it may."""

    async def warm() -> bool:
        return place.forkserver.is_warm

    await eventually(warm, within_s=PATIENCE_S)


def rows_of(count: int) -> list[TrainingRow]:
    return [TrainingRow(id=f"id{n:04}", text=f"text number {n}", label="ab"[n % 2]) for n in range(count)]


def arm(version_id: str, artifact: str, weight: float = 1) -> Arm:
    return Arm(version_id=version_id, label="1.0.0", artifact=artifact, weight=weight)


def told_until_cancelled(story: Iterable[JobEvent]) -> int:
    """Count the lines between the order to cancel a job and its end: at most one of each beat, and one at the end."""
    told = [line.content.get("status", line.kind) for line in story]
    return len(told[told.index("cancelling") + 1 : told.index("cancelled")])


def reported(made: Stage) -> list[dict[str, Any]]:
    """Give the inferences that were heard of, each once: what is not acknowledged in time is sent again."""
    bodies = [json.loads(message.data) for message in made.heard if message.subject == "ingest.acme.inference"]
    return list({inference["id"]: inference for body in bodies for inference in body}.values())


def _feedback(made: Stage) -> Answers:
    async def collect(_: Caller, asked: CollectExamples) -> Page[TrainingRow]:
        left = [row for row in made.rows if row.id > (asked.after or "")]
        shown = tuple(sorted(left, key=lambda row: row.id)[: asked.limit])
        return Page(items=shown, next_cursor=shown[-1].id if len(left) > len(shown) else None)

    async def count(_: Caller, __: CountExamples) -> ExampleStats:
        return ExampleStats(total=len(made.rows), by={ExampleStatus.APPROVED: len(made.rows)})

    answers = Answers()
    answers.add_without_transaction(CollectExamples, collect)
    answers.add_without_transaction(CountExamples, count)
    _answer_about_erasures(answers, made)
    return answers


def _answer_about_erasures(answers: Answers, made: Stage) -> None:
    async def names(_: Caller, __: GetErasedNames) -> Names:
        return Names(names=made.names)

    async def erased(_: Caller, asked: ListErasedExamples) -> ErasedExamples:
        left = sorted(each for each in made.erased if each > (asked.cursor or ""))
        shown = tuple(left[: asked.limit])
        return ErasedExamples(ids=shown, next_cursor=shown[-1] if len(left) > len(shown) else None)

    answers.add_without_transaction(GetErasedNames, names)
    answers.add_without_transaction(ListErasedExamples, erased)


def _registry(made: Stage) -> Answers:
    async def route(caller: Caller, asked: GetRoute) -> Route:
        if (caller.tenant, asked.task) not in made.routes:
            raise UnknownTask(f"There is no task {asked.task!r}.")
        return made.routes[caller.tenant, asked.task]

    async def task(_: Caller, asked: GetTask) -> Task:
        return Task(
            key=asked.key, kind="classification", name="", description="", parameters=made.parameters,
            created_at=datetime.now(UTC), created_by="ada",
        )  # fmt: skip

    answers = Answers()
    answers.add_without_transaction(GetRoute, route)
    answers.add_without_transaction(GetTask, task)
    return answers
