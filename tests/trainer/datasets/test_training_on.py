"""Where jobs are trained on datasets, approved examples, or both."""

import polars as pl
import pytest

from contracts.api.example import TrainingRow
from contracts.api.job import Job
from contracts.commands.datasets import DeleteDataset
from contracts.commands.jobs import CancelJob, RetryJob
from contracts.errors import InvalidInput
from contracts.events.training import TrainingCompleted
from contracts.ids import new_id
from tests.trainer.datasets.steps import CSV, ready, upload
from tests.trainer.stage import Stage
from trainer.worker.workplace import Workplace


async def trained(stage: Stage, **others: object) -> tuple[Job, TrainingCompleted]:
    job = await stage.start(**others)
    made = await stage.said(TrainingCompleted, job)
    await stage.register(made)
    return await stage.ended(job.id), made


def rows_of(place: Workplace, job: Job) -> pl.DataFrame:
    assert job.snapshot
    return pl.read_parquet(place.shelf.snapshot(job.snapshot["sha256"]))


async def test_a_named_dataset_is_trained_on_alone(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick")
    dataset = await ready(stage)
    await ready(stage, CSV + "newer,a\n")

    job, made = await trained(stage, dataset_id=dataset.id)

    assert job.dataset_id == dataset.id
    assert job.snapshot == {
        "sha256": dataset.sha256, "rows": 20, "columns": ["text", "label"], "datasets": [dataset.id], "examples": 0,
    }  # fmt: skip
    assert (made.lineage["snapshot"], made.lineage["datasets"]) == (dataset.sha256, [dataset.id])
    assert rows_of(place, job).height == 20


async def test_without_a_name_the_newest_is_trained_on_with_the_examples(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick")
    await ready(stage)
    newest = await ready(stage, CSV + "newer,a\n")

    job, made = await trained(stage)

    rows = rows_of(place, job)
    assert (made.lineage["datasets"], made.lineage["examples"], rows.height) == ([newest.id], 20, 41)
    assert rows["text"].to_list()[20:22] == ["newer", "text number 0"]


async def test_a_dataset_of_numbers_and_examples_of_texts_stand_below_one_another(
    stage: Stage, place: Workplace
) -> None:
    await stage.create_task("quick")
    await ready(stage, "text,label,size\n" + "a,b,1\n" * 10)
    several = {"priority": "high", "size": "large"}
    stage.rows[:] = [TrainingRow(id=new_id(), text="x", label="", outputs=several) for _ in range(5)]

    job, _ = await trained(stage)

    rows = rows_of(place, job)
    assert rows["size"].to_list() == ["1"] * 10 + ["large"] * 5
    assert rows["priority"].to_list() == [None] * 10 + ["high"] * 5
    assert rows["label"].null_count() == 5


async def test_nothing_to_train_on_is_refused_at_once_with_what_to_do(stage: Stage) -> None:
    await stage.create_task("quick")
    stage.rows.clear()

    with pytest.raises(InvalidInput, match="POST /v1/datasets") as refused:
        await stage.start()

    assert refused.value.errors[0].field == "dataset_id"


async def test_datasets_that_cannot_be_trained_on_are_refused_by_name(stage: Stage) -> None:
    await stage.create_task("quick")
    await stage.create_task("quick", task="other")
    elsewhere = await ready(stage, task="other")
    broken = await upload(stage, "nonsense")

    for dataset_id in (elsewhere.id, broken.id, "nonsense", new_id()):
        with pytest.raises(InvalidInput) as refused:
            await stage.start(dataset_id=dataset_id)
        assert [each.field for each in refused.value.errors] == ["dataset_id"]


async def test_a_retry_trains_on_the_same_dataset_even_if_it_was_deleted(stage: Stage, place: Workplace) -> None:
    await stage.create_task("endless")
    dataset = await ready(stage)
    job = await stage.start(dataset_id=dataset.id)
    await stage.running(job.id, "spinning")
    await stage.ask(CancelJob(job_id=job.id))
    await stage.ended(job.id)
    await stage.ask(DeleteDataset(dataset_id=dataset.id))

    again = await stage.ask(RetryJob(job_id=job.id))
    running = await stage.running(again.id, "spinning")

    assert running.dataset_id == dataset.id
    assert rows_of(place, running).height == 20


async def test_a_kind_of_two_tables_gets_the_newest_of_each(stage: Stage, place: Workplace) -> None:
    await stage.create_task("pairing")
    judgements = await ready(stage, "query,relevance\nq,1\n")
    first, _ = await ready(stage), await ready(stage, CSV + "newer,a\n")

    job, made = await trained(stage, dataset_id=first.id)

    rows = rows_of(place, job)
    assert sorted(made.lineage["datasets"]) == sorted([first.id, judgements.id])
    assert rows["_table"].value_counts(sort=True).rows() == [("rows", 20), ("judgements", 1)]
