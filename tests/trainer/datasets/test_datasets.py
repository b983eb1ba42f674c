"""Where files are read into datasets, shown and taken away."""

import os
from pathlib import Path

import pytest

from chassis.testing.waiting import eventually
from contracts.api.dataset import DatasetStatus
from contracts.commands.datasets import (
    DeleteDataset,
    ExportTable,
    GetDataset,
    ListDatasetRows,
    ListDatasets,
)
from contracts.errors import (
    DatasetInUse,
    DatasetNotReady,
    InternalFault,
    InvalidInput,
    KeyReused,
    NoTable,
    UnknownDataset,
    UnknownTask,
)
from contracts.events.datasets import DatasetDeleted, DatasetRead, DatasetUploaded
from tests.trainer.datasets.steps import CSV, OTHER, is_cleared, on_shelf, read, ready, upload, uploads
from tests.trainer.stage import Stage
from trainer import artifacts
from trainer.worker.workplace import Workplace


async def test_a_file_becomes_a_dataset_and_its_upload_is_gone(stage: Stage) -> None:
    await stage.create_task("quick")

    begun = await upload(stage)
    found = await read(stage, begun)

    assert begun.status is DatasetStatus.READING
    assert (found.status, found.rows, found.table, found.format) == (DatasetStatus.READY, 20, "rows", "csv")
    assert [(each.name, each.holds, each.distinct) for each in found.columns] == [
        ("text", "text", 20),
        ("label", "text", 2),
    ]
    assert (await stage.said(DatasetUploaded)).dataset_id == found.id
    assert (await stage.said(DatasetRead)).rows == 20
    assert await eventually(lambda: is_cleared(stage))


async def test_the_problems_of_lines_are_kept_and_their_rows_left_out(stage: Stage) -> None:
    await stage.create_task("quick")

    found = await ready(stage, CSV + ",b\nc\n")

    told = [(each.line, each.column, each.reason) for each in found.problems]
    assert told == [(22, "text", "is blank"), (23, None, "has 1 cell where the header has 2")]
    assert (found.rows, found.refused_rows, found.problem_count) == (20, 2, 2)
    assert (await stage.ask(ListDatasets())).items[0].problems == ()


async def test_a_file_that_cannot_be_used_is_refused_with_its_fields(stage: Stage) -> None:
    await stage.create_task("quick")

    found = await read(stage, await upload(stage, "text,lable\na,b\n"))

    assert (found.status, found.sha256, found.rows) == (DatasetStatus.REFUSED, None, 0)
    assert [(each.field, each.reason) for each in found.errors] == [("label", "is missing; is 'lable' meant?")]
    with pytest.raises(DatasetNotReady, match="was refused"):
        await stage.ask(ListDatasetRows(dataset_id=found.id))


async def test_rows_come_page_by_page_in_the_order_of_the_file(stage: Stage) -> None:
    await stage.create_task("quick")
    found = await ready(stage, CSV + f"{'x' * 50_000},b\n")

    first = await stage.ask(ListDatasetRows(dataset_id=found.id, limit=15))
    second = await stage.ask(ListDatasetRows(dataset_id=found.id, limit=15, cursor=first.next_cursor))

    assert [row["text"] for row in first.items] == [f"text {number}" for number in range(15)]
    assert (len(second.items), second.next_cursor) == (6, None)
    assert second.items[-1]["text"].endswith("x…")


async def test_the_same_rows_have_the_same_hash_and_one_file(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick")

    first, again = await ready(stage), await ready(stage, CSV.replace("\n", "\r\n"))

    assert first.id != again.id
    assert first.sha256 == again.sha256
    assert place.shelf.files.exists(place.shelf.snapshot(first.sha256 or ""))


async def test_an_upload_that_is_sent_again_with_its_key_is_the_same_dataset(stage: Stage) -> None:
    await stage.create_task("quick")
    command = on_shelf(stage, CSV.encode())
    caller = OTHER.__class__("acme", OTHER.cause, "k1")

    first = await stage.ask(command, caller)
    again = await stage.ask(command, caller)

    assert first.id == again.id
    with pytest.raises(KeyReused):
        await stage.ask(on_shelf(stage, b"text,label\n"), caller)


async def test_another_tenant_sees_no_dataset(stage: Stage) -> None:
    await stage.create_task("quick")
    found = await ready(stage)

    for command in (GetDataset, ListDatasetRows, DeleteDataset):
        with pytest.raises(UnknownDataset):
            await stage.ask(command(dataset_id=found.id), OTHER)
    assert (await stage.ask(ListDatasets(), OTHER)).items == ()
    assert len((await stage.ask(ListDatasets())).items) == 1


async def test_what_is_unknown_or_malformed_is_refused(stage: Stage) -> None:
    for wrong in ("nonsense", "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"):
        with pytest.raises(UnknownDataset):
            await stage.ask(GetDataset(dataset_id=wrong))
    with pytest.raises(InvalidInput):
        await stage.ask(ListDatasets(cursor="x"))
    with pytest.raises(UnknownTask):
        await upload(stage, task="none-such")


async def test_a_deleted_dataset_is_gone_and_one_in_use_stays(stage: Stage) -> None:
    await stage.create_task("endless")
    used, spare = await ready(stage), await ready(stage, CSV + "more,a\n")
    job = await stage.start(dataset_id=used.id)

    await stage.ask(DeleteDataset(dataset_id=spare.id))
    with pytest.raises(DatasetInUse) as refused:
        await stage.ask(DeleteDataset(dataset_id=used.id))

    assert refused.value.facts["job_id"] == job.id
    assert (await stage.said(DatasetDeleted)).dataset_id == spare.id
    assert [each.id for each in (await stage.ask(ListDatasets())).items] == [used.id]


async def test_an_upload_that_vanished_is_refused(stage: Stage) -> None:
    await stage.create_task("quick")
    command = on_shelf(stage, CSV.encode())
    (uploads(stage) / command.upload).unlink()

    found = await read(stage, await stage.ask(command))

    assert found.status is DatasetStatus.REFUSED


def test_uploads_that_nobody_asked_for_are_swept_after_an_hour(tmp_path: Path) -> None:
    shelf = artifacts.shelf(str(tmp_path))
    for name in ("asked for", "abandoned", "new"):
        Path(shelf.upload(name)).parent.mkdir(exist_ok=True)
        Path(shelf.upload(name)).touch()
    for name in ("asked for", "abandoned"):
        os.utime(shelf.upload(name), (0, 0))

    assert shelf.discard_uploads({"asked for"}) == 1

    assert sorted(each.name for each in (tmp_path / "uploads").iterdir()) == ["asked for", "new"]


async def test_a_kind_without_a_table_has_none_to_download(stage: Stage) -> None:
    with pytest.raises(NoTable):
        await stage.ask(ExportTable(kind="quick", artifact="0" * 64, format="csv"))
    with pytest.raises((InvalidInput, InternalFault)):
        await stage.ask(ExportTable(kind="none-such", artifact="0" * 64, format="csv"))
