"""Where a trainer is killed while it reads an upload, and another one reads it to its end."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psutil
import pytest

from chassis import database
from chassis.testing.waiting import eventually
from contracts.api.dataset import DatasetStatus
from contracts.commands.datasets import GetDataset, ListDatasets
from contracts.errors import TooSlow, Unavailable
from contracts.service import Service
from tests.trainer import stage as stages
from tests.trainer.datasets.steps import CSV, is_cleared, on_shelf, read, uploads
from tests.trainer.processes import all_dead, started
from tests.trainer.stage import PATIENCE_S
from trainer.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Give settings with which the upload of a reader that was killed is soon another's."""
    return settings.model_copy(update={"lease_seconds": 2})


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


async def test_a_file_whose_reader_was_killed_is_read_by_another(settings: Settings, stack: ExitStack) -> None:
    first = stack.enter_context(started(settings, workers=0))
    connected = await database.connect(settings.database_url, service=Service.TRAINER)
    async with stages.stage(settings, connected) as stage:
        await eventually(lambda: _asked(stage, ListDatasets()), within_s=PATIENCE_S)
        await stage.create_task("quick")
        command = on_shelf(stage, CSV.encode())
        file = uploads(stage) / command.upload
        file.unlink()
        os.mkfifo(file)  # whoever reads it waits for ever
        dataset = await stage.ask(command)
        await eventually(lambda: _is_read(first), within_s=PATIENCE_S)
        family = first.children(recursive=True)

        first.kill()
        await eventually(lambda: all_dead(family))
        file.unlink()
        file.write_text(CSV)
        stack.enter_context(started(settings, workers=0))
        await eventually(lambda: _asked(stage, GetDataset(dataset_id=dataset.id)), within_s=PATIENCE_S)
        found = await read(stage, dataset)
        await eventually(lambda: is_cleared(stage))

    await connected.close()
    assert (found.status, found.rows) == (DatasetStatus.READY, 20)


async def _asked(stage: stages.Stage, command: Any) -> Any:
    """Ask somebody who may not be up yet."""
    try:
        return await stage.ask(command)
    except (Unavailable, TooSlow):
        return None


async def _is_read(trainer: psutil.Process) -> bool:
    """Whoever reads has been forked: the child's child."""
    return len(trainer.children(recursive=True)) > 1
