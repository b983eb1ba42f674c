"""Where the trainer is put together."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from chassis import service
from chassis.service import Parts
from contracts.service import Service
from trainer import artifacts, handlers
from trainer.executors import executor
from trainer.executors.children import PRELOADED, Forkserver
from trainer.handlers.job_commands import guarded, starting
from trainer.predictions.desk import AskedDesk
from trainer.predictions.recording import Recorder
from trainer.predictions.serving import Serving
from trainer.schedules import firing
from trainer.settings import Settings
from trainer.worker import assessing, erasing, readers, slots, states
from trainer.worker.workplace import Workplace


async def run(settings: Settings, stopping: asyncio.Event, *, answers: bool = True) -> None:
    """Work until told to stop; a process that only works on jobs answers nothing."""
    async with working(settings) as place:
        if not answers:
            await stopping.wait()
            return
        async with answering(place):
            await stopping.wait()


@asynccontextmanager
async def working(settings: Settings, *, preloaded: Sequence[str] = PRELOADED) -> AsyncGenerator[Workplace]:
    """Work on jobs, in as many slots as the settings say; children find these modules imported."""
    async with service.parts(Service.TRAINER, settings) as parts:
        threads = max(1, (os.cpu_count() or 1) // max(1, settings.workers))
        forkserver = Forkserver(threads=threads, preloaded=preloaded)
        shelf = artifacts.shelf(settings.artifacts_url)
        place = Workplace(parts, settings, shelf, forkserver, executor.chosen(settings, forkserver))
        parts.beside(forkserver.run())
        parts.checks["training"] = lambda: states.problem(place)
        parts.facts["training"] = lambda: states.training(place)
        slots.begin(place)
        readers.begin(place)
        erasing.begin(place)
        parts.beside(states.tell(place))
        assessing.begin(place)
        yield place


@asynccontextmanager
async def answering(place: Workplace) -> AsyncGenerator[Parts]:
    """Answer commands, handle events, and predict."""
    parts = place.parts
    desk, recorder = AskedDesk(place.forkserver, place.settings), Recorder(parts.jetstream)
    serving = Serving(parts.known_tasks, desk, recorder)
    serving.follow(parts.routes)
    ways = guarded(starting(parts.known_tasks, desk, parts.nats), parts.known_settings)
    parts.beside(recorder.run())
    parts.beside(firing.run(parts.database, ways.start))
    answers = handlers.answers(parts.known_tasks, desk, serving, ways)
    async with service.serving(parts, answers, handlers.handlers(ways.start)):
        yield parts
    await serving.close()
    await desk.close()
