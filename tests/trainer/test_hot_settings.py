"""Where settings are changed while a trainer works: it goes by them at once, without a restart."""

from typing import Any

import orjson
import pytest

from chassis.testing.waiting import eventually
from contracts.api.dataset import DatasetStatus
from contracts.api.job import JobStatus
from contracts.api.setting import SettingValues
from contracts.commands.jobs import CancelJob, RetryJob
from contracts.errors import TrainingSwitchedOff
from contracts.topology import settings_subject
from tests.trainer.datasets.steps import read, upload
from tests.trainer.stage import Stage, trainer_on_stage
from trainer import attempts
from trainer.executors.outcomes import Stopped
from trainer.settings import Settings
from trainer.store.attempts import Off
from trainer.worker.workplace import Workplace


async def give(stage: Stage, place: Workplace, tenant: str | None = "acme", **values: Any) -> SettingValues:
    """Set what holds from now on, as the gateway does, and wait until the trainer knows it."""
    heard: list[bool] = []
    place.parts.known_settings.on_change(lambda: heard.append(True))
    await stage.jetstream().publish(settings_subject(tenant), orjson.dumps(values))

    async def known() -> bool:
        return bool(heard)

    await eventually(known)
    return place.parts.known_settings.of("acme")


async def test_training_is_switched_off_and_on_again(settings: Settings) -> None:
    async with trainer_on_stage(settings.model_copy(update={"workers": 0})) as (place, stage):
        await stage.create_task("quick")
        old = await stage.start()
        await stage.ask(CancelJob(job_id=old.id))

        await give(stage, place, training_enabled=False)
        with pytest.raises(TrainingSwitchedOff, match="off for the tenant 'acme', by its setting"):
            await stage.start()
        with pytest.raises(TrainingSwitchedOff):
            await stage.ask(RetryJob(job_id=old.id))
        await give(stage, place)
        started = await stage.start()

    assert started.status is JobStatus.QUEUED


async def test_where_training_is_switched_off_what_is_queued_waits_and_what_was_begun_goes_on(
    settings: Settings,
) -> None:
    async with trainer_on_stage(settings.model_copy(update={"workers": 0})) as (place, stage):
        database = place.parts.database
        await stage.create_task("quick")
        await stage.start()
        await give(stage, place, training_enabled=False)

        waits = await attempts.claim(database, "one", 30, place.off())
        waits_too = await attempts.claim(database, "one", 30, Off(everywhere=True))
        begun = await attempts.claim(database, "one", 30, Off(tenants=("beta",)))
        assert begun is not None
        await attempts.settle(database, begun, Stopped(), [])
        goes_on = await attempts.claim(database, "two", 30, place.off())

        assert (waits, waits_too) == (None, None)
        assert goes_on is not None
        assert goes_on.id == begun.id


async def test_a_time_limit_holds_for_what_is_running_and_file_types_for_what_is_uploaded(
    stage: Stage, place: Workplace
) -> None:
    await stage.create_task("endless")
    job = await stage.start()
    await stage.running(job.id, "spinning")

    await give(stage, place, max_training_runtime_minutes=0.001, allowed_file_types=["parquet", "json"])
    failed = await stage.ended(job.id)
    refused = await read(stage, await upload(stage))

    assert failed.error == "The training took longer than the 0.001 minutes that are allowed."
    assert (refused.status, "takes: json, parquet" in (refused.error or "")) == (DatasetStatus.REFUSED, True)
