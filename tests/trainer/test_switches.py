"""Where the platform's switches and readiness are tried: what they allow, refuse, fill in, and show."""

import asyncio
import subprocess
import sys
from datetime import date

import pytest
from pydantic import ValidationError

from chassis.testing.waiting import eventually
from contracts.api.dead_letter import DeadLetter
from contracts.api.job import Job, NewJob
from contracts.api.page import Page
from contracts.commands.dead_letters import ListDeadLetters
from contracts.commands.jobs import CancelJob, ListJobs, RetryJob, StartTraining
from contracts.commands.ping import Ping, Pong
from contracts.errors import AlreadyRunning, TrainingSwitchedOff
from contracts.events.training import TrainingRequested
from contracts.service import Service
from tests.trainer.stage import Stage, trainer_on_stage
from trainer.settings import Settings
from trainer.worker.filling import filled
from trainer.worker.workplace import Workplace

TODAY = date(2026, 3, 31)


async def test_where_training_is_switched_off_every_way_to_start_one_is_refused(settings: Settings) -> None:
    async with trainer_on_stage(settings.model_copy(update={"workers": 0})) as (_, stage):
        await stage.create_task("quick")
        old = await stage.start()
        await stage.ask(CancelJob(job_id=old.id))
    async with trainer_on_stage(settings.model_copy(update={"training_enabled": False})) as (_, stage):
        await stage.create_task("quick")

        for asked in (StartTraining(job=NewJob(task="tickets")), RetryJob(job_id=old.id)):
            with pytest.raises(TrainingSwitchedOff, match="off on this platform; a super admin can"):
                await stage.ask(asked)
        await stage.say(TrainingRequested(task="tickets", decision_id="d", reason="drift", auto_release=True))
        buried = await eventually(lambda: _buried(stage))
        pong: Pong = await stage.ask(Ping(service=Service.TRAINER))

    assert "switched off" in buried.reason
    assert (pong.facts["training"]["enabled"], pong.facts["training"]["slots"]) == (False, 0)


async def test_readiness_counts_what_is_under_way(stage: Stage, place: Workplace) -> None:
    for task, kind in (("long", "endless"), ("waiting", "quick")):
        await stage.create_task(kind, task=task)
    long = await stage.start("long")
    await stage.running(long.id, "spinning")
    await stage.start("waiting")

    pong: Pong = await stage.ask(Ping(service=Service.TRAINER))
    await stage.ask(CancelJob(job_id=long.id))

    assert place.parts.facts
    assert pong.facts["training"] == {
        "enabled": True, "executor": "local", "slots": 1, "forkserver": "warm", "workers": 1,
        "jobs": {"queued": 1, "running": 1, "cancelling": 0, "registering": 0, "lost": 0},
    }  # fmt: skip


async def test_jobs_are_listed_by_task_kind_status_and_words_of_their_reason(settings: Settings) -> None:
    async with trainer_on_stage(settings.model_copy(update={"workers": 0})) as (_, stage):
        for task, kind, reason in (("a", "quick", "Drift of 12 %"), ("b", "endless", "asked for"), ("c", "quick", "")):
            await stage.create_task(kind, task=task)
            await stage.start(task, reason=reason)

        async def found(**wanted: str) -> list[str]:
            page: Page[Job] = await stage.ask(ListJobs.model_validate(wanted))
            return sorted(job.task for job in page.items)

        assert await found(kind="quick") == ["a", "c"]
        assert await found(reason="drift") == ["a"]
        assert await found(reason="%") == ["a"]
        assert await found(kind="quick", status="queued", task="c") == ["c"]
        assert await found(kind="rag") == []


async def test_a_hundred_starts_at_once_give_one_job(settings: Settings) -> None:
    async with trainer_on_stage(settings.model_copy(update={"workers": 0})) as (_, stage):
        await stage.create_task("quick")

        asked = [asyncio.create_task(stage.start()) for _ in range(100)]
        answers = await asyncio.gather(*asked, return_exceptions=True)

    refused = [answer for answer in answers if isinstance(answer, AlreadyRunning)]
    started = [answer for answer in answers if isinstance(answer, Job)]
    assert (len(started), len(refused)) == (1, 99)
    assert {refusal.facts["running_job_id"] for refusal in refused} == {started[0].id}


def test_a_forecast_without_a_start_gets_the_window_that_is_set() -> None:
    assert filled("forecast", {"horizon": 3}, 14, TODAY) == {"horizon": 3, "start_date": "2025-01-01"}
    assert filled("forecast", {"start_date": "2020-05-06"}, 14, TODAY) == {"start_date": "2020-05-06"}
    assert filled("risk", {}, 14, TODAY) == {}
    assert filled("forecast", {}, 0, TODAY) == {}


def test_a_cluster_needs_the_address_of_its_scheduler(settings: Settings) -> None:
    with pytest.raises(ValidationError, match="RATCHET_DASK_SCHEDULER"):
        Settings.model_validate(settings.model_dump() | {"trainer_executor": "dask"})


def test_nothing_of_dask_is_imported_unless_it_is_asked_for() -> None:
    asked = "import sys, trainer.app; print(sorted({'dask', 'distributed', 'sklearn', 'optuna'} & set(sys.modules)))"

    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert answer.stdout == "[]\n"


async def _buried(stage: Stage) -> DeadLetter | None:
    page: Page[DeadLetter] = await stage.ask(ListDeadLetters(service=Service.TRAINER))
    return page.items[0] if page.items else None
