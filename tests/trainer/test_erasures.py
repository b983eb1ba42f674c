"""Where it is tested that somebody's rows go from datasets and snapshots, and that lineages stay walkable."""

import asyncio
from collections.abc import Sequence

import polars as pl
import pytest

from chassis.testing.waiting import eventually
from contracts.api.dataset import DatasetStatus
from contracts.commands.datasets import GetDataset
from contracts.commands.jobs import CancelJob
from contracts.commands.lineage import ListLearners, ListTeachers
from contracts.events.erasure import RowsErased, SubjectErased
from contracts.ids import new_id
from tests.trainer.datasets.steps import CSV, ready
from tests.trainer.datasets.test_training_on import trained
from tests.trainer.stage import PATIENCE_S, Stage, rows_of
from trainer.executors.erasing import condition
from trainer.store import erasures as store
from trainer.worker import erasing
from trainer.worker.workplace import Workplace

ERNA = "erna@example.com"


def told_by(row_id: str) -> dict[str, str]:
    return {"id": row_id, "feedback_key": f"f-{row_id}", "inference_id": f"i-{row_id}"}


def texts_on_shelf(place: Workplace) -> list[str]:
    """Give all texts of all snapshots."""
    frames = [pl.read_parquet(place.shelf.snapshot(digest)) for digest in place.shelf.snapshots()]
    return [text for frame in frames for text in frame["text"].to_list()]


async def erased(stage: Stage, erasure_id: str, *, parts: int = 1) -> Sequence[RowsErased]:
    """Wait for all that the trainer says about an erasure."""

    async def look() -> Sequence[RowsErased] | None:
        heard = [each for each in stage.heard if each.subject == RowsErased.address("acme")]
        events = [RowsErased.model_validate_json(each.data) for each in heard]
        found = {event.part: event for event in events if event.erasure_id == erasure_id}
        return [found[part] for part in sorted(found)] if len(found) >= parts else None

    return await eventually(look, within_s=PATIENCE_S)


async def test_erased_examples_go_from_snapshots_and_their_versions_are_named(stage: Stage, place: Workplace) -> None:
    stage.rows = [row.model_copy(update=told_by(row.id)) for row in rows_of(20)]
    stage.erased, stage.names = ("id0003", "id0004", "unknown"), (ERNA,)
    await stage.create_task("quick")
    job, made = await trained(stage)
    erasure_id = new_id()

    await stage.say(SubjectErased(erasure_id=erasure_id, examples=3))
    (said,) = await erased(stage, erasure_id)
    await stage.say(SubjectErased(erasure_id=erasure_id, examples=3))

    after = await stage.job(job.id)
    teachers = {each.example_id: each for each in (await stage.ask(ListTeachers(job_id=job.id))).items}
    assert after.snapshot
    (version,) = said.versions
    assert (version.version_id, version.rows) == (made.version_id, 2)
    assert version.snapshot == after.snapshot["sha256"] != made.lineage["snapshot"]
    assert (after.snapshot["erased_from"], after.snapshot["rows"]) == ([made.lineage["snapshot"]], 18)
    assert place.shelf.snapshots() == [after.snapshot["sha256"]]
    assert "text number 3" not in texts_on_shelf(place)
    assert "text number 5" in texts_on_shelf(place)
    assert (teachers["id0003"].feedback_key, teachers["id0003"].inference_id) == (None, None)
    assert teachers["id0005"].feedback_key == "f-id0005"
    assert (await stage.ask(ListLearners(name="f-id0003"))).items == ()
    assert said.counts == {
        "snapshots": 1, "snapshot_rows": 2, "lessons": 2, "trainer_letters": 0, "trainer_answers": 0,
    }  # fmt: skip


async def test_rows_of_uploads_go_whose_cells_name_the_person(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick")
    stage.names = (ERNA, "20")
    dataset = await ready(stage, CSV + f"{ERNA},a\nabout {ERNA},b\n")
    whole = await ready(stage, f"text,label\n{ERNA},a\n{ERNA},b\n", task="tickets")
    job, made = await trained(stage, dataset_id=dataset.id)
    erasure_id = new_id()

    await stage.say(SubjectErased(erasure_id=erasure_id, examples=0))
    (said,) = await erased(stage, erasure_id)
    after = await stage.ask(GetDataset(dataset_id=dataset.id))
    gone = await stage.ask(GetDataset(dataset_id=whole.id))
    again, _ = await trained(stage, dataset_id=dataset.id)

    assert [each.version_id for each in said.versions] == [made.version_id]
    assert (after.rows, after.sha256 == dataset.sha256) == (21, False)
    assert (gone.status, gone.error) == (DatasetStatus.REFUSED, "All its rows were erased on behalf of a person.")
    assert ERNA not in texts_on_shelf(place)
    assert again.snapshot
    assert (again.snapshot["sha256"], again.snapshot["rows"]) == (after.sha256, 21)
    assert job.snapshot != (await stage.job(job.id)).snapshot


async def test_what_another_tenant_uploaded_stays_theirs(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick")
    stage.names = (ERNA,)
    dataset = await ready(stage, CSV + f"{ERNA},a\n")
    async with place.parts.database.transaction("globex") as tx:
        await tx.execute(
            """
            INSERT INTO datasets (id, tenant, task, kind, name, upload, upload_sha256, bytes, status, table_name, rows,
                                  sha256, created_by, correlation_id, read_at)
            VALUES ($1::uuid, 'globex', 't', 'quick', 'n', 'u', 'h', 1, 'ready', 'rows', 21, $2, 'eve', 'c', now())
            """,
            new_id(),
            dataset.sha256,
        )
    erasure_id = new_id()

    await stage.say(SubjectErased(erasure_id=erasure_id, examples=0))
    await erased(stage, erasure_id)

    after = await stage.ask(GetDataset(dataset_id=dataset.id))
    assert place.shelf.snapshots() == sorted([dataset.sha256 or "", after.sha256 or ""])


async def test_a_training_under_way_is_waited_for_and_then_loses_the_rows(stage: Stage, place: Workplace) -> None:
    await stage.create_task("endless")
    stage.erased, stage.names = ("id0003",), (ERNA,)
    job = await stage.start()
    await stage.running(job.id, "spinning")
    erasure_id = new_id()
    await stage.say(SubjectErased(erasure_id=erasure_id, examples=1))

    async def waits() -> bool:
        async with place.parts.database.transaction("acme") as tx:
            return await tx.fetchval("SELECT stage FROM erasures WHERE id = $1::uuid", erasure_id) == "waiting"

    await eventually(waits)
    await asyncio.sleep(2 * erasing._AGAIN_S)
    before = texts_on_shelf(place)
    await stage.ask(CancelJob(job_id=job.id))
    await erased(stage, erasure_id)

    assert "text number 3" in before
    assert "text number 3" not in texts_on_shelf(place)


@pytest.mark.parametrize("stage_name", ["removing"])
async def test_an_erasure_whose_worker_was_killed_goes_on_where_it_was(
    stage: Stage, place: Workplace, stage_name: str
) -> None:
    async with place.parts.database.transaction("acme") as tx:
        erasure_id = new_id()
        await store.insert(tx, erasure_id)
        await tx.execute(
            "UPDATE erasures SET stage = $2, lease_until = now() - interval '1 s' WHERE id = $1::uuid",
            erasure_id,
            stage_name,
        )

    (said,) = await erased(stage, erasure_id)

    assert (said.part, said.parts, said.versions) == (1, 1, ())


async def test_many_versions_are_told_in_parts(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "MOST_VERSIONS", 1)
    stage.erased = ("id0003",)
    await stage.create_task("quick")
    for _ in range(2):
        await trained(stage)
    erasure_id = new_id()

    await stage.say(SubjectErased(erasure_id=erasure_id, examples=1))
    said = await erased(stage, erasure_id, parts=2)

    assert [(each.part, each.parts, len(each.versions)) for each in said] == [(1, 2, 1), (2, 2, 1)]
    assert len({each.versions[0].version_id for each in said}) == 2


def test_a_name_is_looked_for_in_texts_and_as_a_long_number() -> None:
    rows = pl.DataFrame(
        {"id": ["a", "b", "c", "d", None], "amount": [1, 2, 7, 4812345, None], "x": ["1", "é", "z", "z", None]}
    )

    def goes(examples: Sequence[str], names: Sequence[str]) -> list[bool]:
        found = condition(rows.schema, examples, names)
        return [] if found is None else rows.select(found)[:, 0].to_list()

    assert goes(("a", "z"), ()) == [True, False, False, False, False]
    assert goes((), ("1", "7")) == [True, False, False, False, False]
    assert goes((), ("4812345", "é")) == [False, True, False, True, False]
    assert goes((), ()) == []
