"""Where two do the same at once, or one goes on that has lost what it held: in the database alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from chassis.database import EVERY_TENANT, Database, Transaction, connect
from contracts.api.job import Job, JobStatus, NewJob
from contracts.api.schedule import NewSchedule
from contracts.ids import new_id
from contracts.service import Service
from tests.trainer.stage import rows_of
from trainer import attempts, jobs
from trainer.datasets import choosing
from trainer.executors.outcomes import Faulted
from trainer.schedules import firing, use
from trainer.store import erasures

TASK = NewJob(task="tickets")


@pytest.fixture
async def database(database_of: Callable[[Service], str]) -> AsyncIterator[Database]:
    made = await connect(database_of(Service.TRAINER), service=Service.TRAINER)
    yield made
    await made.close()


async def start(tx: Transaction, new: NewJob) -> Job:
    return await jobs.start(tx, "quick", new)


async def queued(database: Database) -> Job:
    async with database.transaction("acme") as tx:
        return await start(tx, TASK)


class Behind(datetime):
    """The clock of a trainer that is an hour behind that of Postgres."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) - timedelta(hours=1)


async def test_a_time_comes_once_where_the_clock_is_behind_that_of_postgres(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    async with database.transaction("acme") as tx:
        schedule = await use.create(tx, NewSchedule(task="tickets", cron="0 * * * *"))
        await tx.execute("UPDATE schedules SET next_at = $2 WHERE id = $1::uuid", schedule.id, hour)
    monkeypatch.setattr(firing, "datetime", Behind)

    assert [await firing.fire_due(database, start) for _ in range(2)] == [1, 0]


async def test_two_who_start_with_the_same_dataset_at_once_wait_for_one_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset_id, lock = new_id(), choosing.store.lock
    async with database.transaction("acme") as tx:
        await tx.execute(
            """
            INSERT INTO datasets (id, tenant, task, kind, name, upload, upload_sha256, bytes, status, table_name, rows,
                                  sha256, created_by, correlation_id, read_at)
            VALUES ($1::uuid, 'acme', 'tickets', 'quick', 'n', 'u', 'h', 1, 'ready', 'rows', 1, 's', 'ada', 'c', now())
            """,
            dataset_id,
        )

    async def slowly(tx: Transaction, which: str) -> bool:
        await asyncio.sleep(0.2)
        return await lock(tx, which)

    async def choose() -> bool:
        async with database.transaction("acme") as tx:
            new = NewJob(task="tickets", dataset_id=dataset_id)
            return (await choosing.choose(tx, new, _nobody)).collects

    monkeypatch.setattr(choosing.store, "lock", slowly)

    assert await asyncio.gather(choose(), choose()) == [False, False]


async def _nobody() -> bool:
    return False


async def test_who_has_lost_a_job_notes_no_examples_for_it(database: Database) -> None:
    await queued(database)
    first = await attempts.claim(database, "one", -1)
    second = await attempts.claim(database, "two", 30)
    assert first is not None
    assert second is not None

    await attempts.note(database, second, rows_of(3), is_afresh=True)
    await attempts.note(database, first, rows_of(1), is_afresh=True)

    async with database.transaction("acme") as tx:
        assert await tx.fetchval("SELECT count(*) FROM teachers") == 3


async def test_a_job_that_no_worker_has_is_cancelled_at_once_and_makes_way(database: Database) -> None:
    job = await queued(database)
    held = await attempts.claim(database, "one", 30)
    assert held is not None
    await attempts.settle(database, held, Faulted("broken"), [])

    async with database.transaction("acme") as tx:
        cancelled = await jobs.cancel(tx, job.id)

    assert cancelled.status is JobStatus.CANCELLED
    assert (await queued(database)).id != job.id


async def test_erasures_of_a_tenant_are_worked_on_one_after_the_other(database: Database) -> None:
    ids = [new_id() for _ in range(3)]
    for erasure_id, tenant in zip(ids, ("acme", "acme", "globex"), strict=True):
        async with database.transaction(tenant) as tx:
            await erasures.insert(tx, erasure_id)

    async with database.transaction(EVERY_TENANT) as tx:
        first, other = await erasures.claim(tx, 60), await erasures.claim(tx, 60)
        nothing = await erasures.claim(tx, 60)
    assert first is not None
    assert other is not None
    async with database.transaction("acme") as tx:
        await erasures.move(tx, first, "done", "", 0)
    async with database.transaction(EVERY_TENANT) as tx:
        second = await erasures.claim(tx, 60)

    assert second is not None
    assert ([first.id, other.id, second.id], nothing) == ([ids[0], ids[2], ids[1]], None)
