"""Where something else happens while a trainer works: the rows go, the files stay, and the training goes on."""

import asyncio
from dataclasses import replace

from chassis.database import EVERY_TENANT
from chassis.testing.waiting import eventually
from contracts.events.erasure import SubjectErased
from contracts.ids import new_id
from tests.trainer.datasets.steps import CSV, read, upload
from tests.trainer.stage import Stage, trainer_on_stage
from tests.trainer.test_attempts import changed
from tests.trainer.test_erasures import ERNA, erased, texts_on_shelf
from trainer.settings import Settings
from trainer.store import readings
from trainer.worker import readers
from trainer.worker.workplace import Workplace

FULL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END
$$
"""
REFUSE = "CREATE TRIGGER refusing BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION refuse()"


async def test_an_upload_that_was_being_read_meanwhile_loses_the_rows(settings: Settings) -> None:
    async with trainer_on_stage(changed(settings, readers=0)) as (place, stage):
        await stage.create_task("quick")
        stage.names = (ERNA,)
        dataset, erasure_id = await upload(stage, CSV + f"{ERNA},a\n"), new_id()
        await stage.say(SubjectErased(erasure_id=erasure_id, examples=0))
        await eventually(lambda: _waits(place, erasure_id))

        readers.begin(replace(place, settings=changed(settings, readers=1)))
        found = await read(stage, dataset)
        await erased(stage, erasure_id)

        assert found.rows == 21
        assert ERNA not in texts_on_shelf(place)


async def _waits(place: Workplace, erasure_id: str) -> bool:
    async with place.parts.database.transaction("acme") as tx:
        return await tx.fetchval("SELECT stage FROM erasures WHERE id = $1::uuid", erasure_id) == "waiting"


async def test_a_reader_that_lost_an_upload_leaves_the_next_one_its_files(settings: Settings) -> None:
    async with trainer_on_stage(changed(settings, readers=0)) as (place, stage):
        await stage.create_task("quick")
        await upload(stage)
        async with place.parts.database.transaction(EVERY_TENANT) as tx:
            first, second = await readings.claim(tx, -1), await readings.claim(tx, 60)
        assert first is not None
        assert second is not None
        place.shelf.files.system.makedirs(place.shelf.scratch(second.id, second.attempt))

        await readers._Reading(place, first).make()

        assert place.shelf.files.exists(place.shelf.scratch(second.id, second.attempt))


async def test_a_training_goes_on_while_the_disk_of_postgres_is_full(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick")
    job = await stage.start(parameters={"seconds": 3})
    await stage.running(job.id, "learning")
    async with place.parts.database.transaction("acme") as tx:
        await tx.execute(FULL)
        await tx.execute(REFUSE)

    await asyncio.sleep(1.5)
    async with place.parts.database.transaction("acme") as tx:
        await tx.execute("DROP TRIGGER refusing ON jobs")
    trained = await stage.job_that(job.id, lambda job: job.step == "registering")

    assert len(trained.attempts) == 1
