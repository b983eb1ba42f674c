"""Where snapshots and artifacts are addressed by their content."""

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import orjson
import pytest
from fsspec.implementations.local import LocalFileSystem

from chassis.files import Files
from contracts.api.job import Job
from contracts.events.training import TrainingCompleted
from tests.trainer.stage import PATIENCE_S, Stage, arm, rows_of
from trainer import artifacts
from trainer.artifacts import MissingContent, Shelf
from trainer.executors import freezing


def written(folder: Path, rows: list[dict[str, str]]) -> Path:
    file = folder / "rows.jsonl"
    file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return file


def test_a_snapshot_is_the_same_in_whatever_order_its_rows_come(tmp_path: Path) -> None:
    rows = [row.model_dump() for row in rows_of(50)]
    shuffled = random.Random(1).sample([dict(reversed(row.items())) for row in rows], len(rows))
    shelf = artifacts.shelf(str(tmp_path / "shelf"))
    scratch = shelf.scratch("job", 1)

    first, frame = freezing.freeze(shelf, written(tmp_path, rows), scratch)
    second, _ = freezing.freeze(shelf, written(tmp_path, shuffled), scratch)

    assert first == second
    assert freezing.thaw(shelf, first).equals(frame)


@pytest.mark.parametrize("changed", ["id", "text", "label"])
def test_every_value_counts_for_the_hash_of_a_snapshot(changed: str) -> None:
    rows = [row.model_dump() for row in rows_of(5)]

    altered = [*rows[:4], rows[4] | {changed: "else"}]

    assert freezing.fingerprint(rows) != freezing.fingerprint(altered)


def test_the_same_bytes_are_kept_once_and_altered_ones_are_noticed(tmp_path: Path) -> None:
    shelf = artifacts.shelf((tmp_path / "shelf").as_uri())
    made = shelf.put_artifact(b"model", shelf.scratch("job", 1))

    assert shelf.put_artifact(b"model", shelf.scratch("job", 2)) == made
    assert shelf.get_artifact(made.sha256) == b"model"
    (kept,) = (tmp_path / "shelf" / "artifacts").rglob(made.sha256)
    kept.write_bytes(b"modem")
    with pytest.raises(MissingContent, match="altered"):
        shelf.get_artifact(made.sha256)


def test_the_same_bytes_may_be_put_by_many_at_the_same_time(tmp_path: Path) -> None:
    shelf, together = artifacts.shelf(str(tmp_path)), threading.Barrier(4)

    def put(number: int) -> str:
        together.wait(timeout=PATIENCE_S)
        return shelf.put_artifact(b"%d" % (number // 4) * 2**20, shelf.scratch("imports", 1)).sha256

    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(put, range(100)))

    assert len(made) == 25
    assert all(shelf.get_artifact(digest) for digest in made)


def test_what_was_never_kept_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingContent, match="missing"):
        artifacts.shelf(str(tmp_path)).get_artifact("0" * 64)


def test_what_a_killed_worker_left_is_discarded_after_a_day(tmp_path: Path) -> None:
    shelf = artifacts.shelf(str(tmp_path))
    old, new = Path(shelf.scratch("job", 1)), Path(shelf.scratch("job", 2))
    for folder in (old, new):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))

    shelf.discard_old()

    assert (old.exists(), new.exists()) == (False, True)


class Shared(LocalFileSystem):
    """A file system on which somebody else removed a folder just after it was seen."""

    gone: ClassVar[str] = ""

    def glob(self, path: str, **others: Any) -> list[str]:
        return [*super().glob(path, **others), self.gone]

    def exists(self, path: str, **others: Any) -> bool:
        return path == self.gone or super().exists(path, **others)


def test_what_others_discard_at_the_same_time_is_nobodys_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(Files(Shared(), str(tmp_path)))
    monkeypatch.setattr(Shared, "gone", shelf.scratch("job", 3))
    old = Path(shelf.scratch("job", 1))
    old.mkdir(parents=True)
    os.utime(old, (0, 0))

    shelf.discard_old()
    shelf.discard("job")

    assert not old.exists()


async def test_the_same_rows_parameters_and_seed_give_the_same_artifact(stage: Stage) -> None:
    await stage.create_task("quick")
    first = await made_by(stage, await stage.start())
    stage.rows.reverse()

    again = await made_by(stage, await stage.start())
    other = await made_by(stage, await stage.start(parameters={"seed": 1}))

    assert first.artifact == again.artifact != other.artifact


async def test_a_candidate_is_measured_beside_the_champion_on_the_same_rows(stage: Stage) -> None:
    await stage.create_task("quick")
    champion = await made_by(stage, await stage.start())
    await stage.create_task("quick", arm(champion.version_id, champion.artifact.sha256), revision=2)

    candidate = await made_by(stage, await stage.start(parameters={"seed": 1}))

    assert champion.paired is None
    assert candidate.paired is not None
    assert candidate.paired.champion_version_id == champion.version_id
    assert (candidate.paired.rows, candidate.paired.only_champion_right) == (2, 2)


async def test_a_champion_that_cannot_be_measured_is_told_and_stops_nothing(stage: Stage) -> None:
    await stage.create_task("quick", arm("gone", "0" * 64))

    made = await made_by(stage, await stage.start())

    story = [line.content for line in await stage.lines(made.job_id) if line.kind == "log"]
    assert made.paired is None
    assert "could not be measured" in story[0]["message"]


async def made_by(stage: Stage, job: Job) -> TrainingCompleted:
    """Wait until a job is trained, register its version, and give what was made."""
    made = await stage.said(TrainingCompleted, job)
    await stage.register(made)
    await stage.ended(job.id)
    return made
