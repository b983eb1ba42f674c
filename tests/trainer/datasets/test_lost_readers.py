"""Where a reader that lost its upload to another one is shown to leave the other's files alone."""

import os
from pathlib import Path

from chassis.database import EVERY_TENANT
from chassis.testing.waiting import eventually
from contracts.api.dataset import Dataset
from tests.trainer.datasets.steps import CSV, on_shelf, uploads
from tests.trainer.stage import Stage
from trainer.store import readings
from trainer.worker.workplace import Workplace


async def begun(stage: Stage) -> Dataset:
    """Have an upload read that is not to be read to its end: whoever opens the pipe waits for ever."""
    command = on_shelf(stage, CSV.encode())
    file = uploads(stage) / command.upload
    file.unlink()
    os.mkfifo(file)
    return await stage.ask(command)


async def taken_over(place: Workplace, dataset: Dataset) -> Path:
    """Claim the upload, as another reader does once the lease has run out; give the folder of the new attempt."""
    async with place.parts.database.transaction(EVERY_TENANT) as tx:
        await tx.execute("UPDATE datasets SET lease_until = now() - interval '1 s' WHERE id = $1::uuid", dataset.id)
        claimed = await readings.claim(tx, 60)
    assert claimed is not None
    return Path(place.shelf.scratch(claimed.id, claimed.attempt))


async def test_a_reader_that_lost_its_upload_leaves_the_files_of_the_next_alone(place: Workplace, stage: Stage) -> None:
    await stage.create_task("quick")
    dataset = await begun(stage)
    first = Path(place.shelf.scratch(dataset.id, 1))

    async def is_there() -> bool:
        return first in stage.scratch()

    async def is_gone() -> bool:
        return first not in stage.scratch()

    await eventually(is_there)
    second = await taken_over(place, dataset)
    second.mkdir()
    await eventually(is_gone)

    assert second.exists()
