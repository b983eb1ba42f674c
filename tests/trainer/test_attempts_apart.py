"""Where two attempts at one job on one machine are shown to share no file, also where the shelf is elsewhere."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.trainer.stage import Stage, trainer_on_stage
from trainer import artifacts, attempts
from trainer.settings import Settings
from trainer.store.attempts import Claimed
from trainer.worker.workplace import Workplace


async def claimed(place: Workplace, stage: Stage) -> Claimed:
    await stage.create_task("quick")
    await stage.start()
    job = await attempts.claim(place.parts.database, "one", 60)
    assert job is not None
    return job


@pytest.mark.parametrize("is_local", [True, False])
async def test_an_attempt_that_ends_leaves_the_rows_of_the_next_alone(
    settings: Settings, tmp_path: Path, *, is_local: bool
) -> None:
    async with trainer_on_stage(settings.model_copy(update={"workers": 0})) as (place, stage):
        shelf = artifacts.shelf(str(tmp_path / "shelf") if is_local else "memory://shelf")
        elsewhere, first = replace(place, shelf=shelf), await claimed(place, stage)
        second = replace(first, attempt=2)

        rows = [elsewhere.rows(each) for each in (first, second)]
        for file in rows:
            file.touch()
        elsewhere.clear(first, attempt=1)

        assert [file.exists() for file in rows] == [False, True]
        elsewhere.clear(second)
        assert not rows[1].parent.exists()
