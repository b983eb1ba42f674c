"""Where it is followed which examples taught a version, and where artifacts from elsewhere are taken in."""

from hashlib import sha256
from pathlib import Path

import pytest

from chassis.testing import parts
from contracts.api.example import TrainingRow
from contracts.api.job import Job
from contracts.api.prediction import NewPrediction
from contracts.api.version import Bump
from contracts.commands.jobs import RetryJob
from contracts.commands.lineage import ImportArtifact, ListLearners, ListTeachers
from contracts.commands.predictions import Predict
from contracts.errors import Conflict, InvalidInput, UnknownJob
from contracts.events.training import TrainingCompleted
from tests.trainer.stage import Stage, arm, rows_of
from trainer.worker.workplace import Workplace

TAUGHT = TrainingRow(id="id0000", text="a", label="a", feedback_key="f1", inference_id="i1")


async def trained(stage: Stage) -> Job:
    job = await stage.start()
    await stage.register(await stage.said(TrainingCompleted, job))
    return await stage.ended(job.id)


def upload(stage: Stage, content: bytes) -> ImportArtifact:
    path = Path(stage.settings.artifacts_url) / "uploads" / "u1"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return ImportArtifact(kind="quick", upload="u1", sha256=sha256(content).hexdigest(), size=len(content))


async def test_a_version_knows_its_examples_and_each_example_its_versions(stage: Stage) -> None:
    stage.rows = [TAUGHT, *rows_of(20)[1:]]
    await stage.create_task("quick")

    job = await trained(stage)
    first = await stage.ask(ListTeachers(job_id=job.id, limit=15))
    second = await stage.ask(ListTeachers(job_id=job.id, limit=15, cursor=first.next_cursor))
    learners = [(await stage.ask(ListLearners(name=name))).items for name in ("id0000", "f1", "i1", "id0019")]

    assert [each.example_id for each in (*first.items, *second.items)] == [row.id for row in stage.rows]
    assert (first.items[0].feedback_key, first.items[0].inference_id) == ("f1", "i1")
    assert [[(each.version_id, each.job_id) for each in found] for found in learners] == [
        [(job.version_id, job.id)]
    ] * 4
    assert (await stage.ask(ListLearners(name="nobody"))).items == ()


async def test_where_an_example_came_from_is_no_part_of_what_is_learnt(stage: Stage) -> None:
    await stage.create_task("quick")
    job = await trained(stage)
    stage.rows = [row.model_copy(update={"feedback_key": f"f{row.id}"}) for row in stage.rows]

    again = await trained(stage)

    assert again.snapshot
    assert job.snapshot
    assert again.snapshot["sha256"] == job.snapshot["sha256"]


async def test_a_job_that_made_no_version_taught_nothing(stage: Stage) -> None:
    await stage.create_task("faulty")

    job = await stage.ended((await stage.start()).id)

    assert (await stage.ask(ListTeachers(job_id=job.id))).items == ()
    assert (await stage.ask(ListLearners(name="id0001"))).items == ()


async def test_another_tenant_learns_nothing_of_it(stage: Stage) -> None:
    await stage.create_task("quick")
    job = await trained(stage)
    stranger = parts.caller("other")

    assert (await stage.ask(ListLearners(name="id0001"), stranger)).items == ()
    with pytest.raises(UnknownJob):
        await stage.ask(ListTeachers(job_id=job.id), stranger)


async def test_what_a_label_is_to_raise_travels_with_the_job(stage: Stage) -> None:
    await stage.create_task("quick")

    job = await stage.start(bump="major")
    made = await stage.said(TrainingCompleted)

    assert (job.bump, made.bump) == (Bump.MAJOR, Bump.MAJOR)
    assert made.lineage["rows"] == 20
    assert made.lineage["columns"] == ["id", "label", "text"]


async def test_a_retry_raises_what_the_first_try_was_to_raise(stage: Stage) -> None:
    await stage.create_task("faulty")
    job = await stage.ended((await stage.start(bump="minor")).id)

    assert (await stage.ask(RetryJob(job_id=job.id))).bump is Bump.MINOR


async def test_a_file_that_the_kind_can_load_is_kept_under_its_hash(stage: Stage, place: Workplace) -> None:
    order = upload(stage, b"some artifact")

    kept = await stage.ask(order)

    assert (kept.sha256, kept.size, kept.uri) == (order.sha256, 13, None)
    assert place.shelf.get_artifact(order.sha256) == b"some artifact"


async def test_a_file_that_is_no_artifact_of_the_kind_is_refused(stage: Stage) -> None:
    order = upload(stage, b"rubbish").model_copy(update={"kind": "classification"})

    with pytest.raises(InvalidInput, match="no artifact that a classification task can load"):
        await stage.ask(order)
    with pytest.raises(InvalidInput, match="send it again"):
        await stage.ask(order.model_copy(update={"upload": "gone"}))
    with pytest.raises(InvalidInput, match="nothing"):
        await stage.ask(order.model_copy(update={"kind": "nothing"}))


async def test_a_version_that_is_kept_elsewhere_is_not_asked_here(stage: Stage) -> None:
    elsewhere = arm("v1", "").model_copy(update={"uri": "s3://models/1"})
    await stage.create_task("quick", elsewhere)

    with pytest.raises(Conflict, match="is kept at s3://models/1"):
        await stage.ask(Predict(task="tickets", request=NewPrediction(inputs=({"text": "a"},))))


async def test_a_champion_that_is_kept_elsewhere_is_not_measured(stage: Stage) -> None:
    elsewhere = arm("v1", "").model_copy(update={"uri": "s3://models/1"})
    await stage.create_task("quick", elsewhere)

    job = await stage.start()
    made = await stage.said(TrainingCompleted)
    lines = [line.content.get("message") for line in await stage.lines(job.id) if line.kind == "log"]

    assert made.paired is None
    assert any("kept elsewhere" in str(each) for each in lines)
