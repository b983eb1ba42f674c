"""Where prompts that people wrote are stored, and asked like any version, over NATS."""

from hashlib import sha256

import pytest

from contracts.api.prediction import NewPrediction
from contracts.commands.predictions import Predict
from contracts.commands.prompts import StorePrompt
from tests.trainer.stage import Stage, arm
from trainer.worker.workplace import Workplace

VERSION = "0198c0de-0000-7000-8000-000000000001"


async def test_the_same_text_becomes_the_same_artifact_however_often_it_is_stored(
    stage: Stage, place: Workplace
) -> None:
    first, second = [await stage.ask(StorePrompt(text="Be kind.")) for _ in range(2)]

    content = place.shelf.get_artifact(first.sha256)
    assert first == second
    assert (first.sha256, first.size) == (sha256(content).hexdigest(), len(content))
    assert place.shelf.files.matching(place.shelf.files.at("scratch", "*")) == []


@pytest.mark.parametrize("text", ["Be kind.", "漢字🙂" * 50_000])
async def test_a_stored_prompt_is_asked_like_any_version(stage: Stage, text: str) -> None:
    kept = await stage.ask(StorePrompt(text=text))
    await stage.create_task("chat", arm(VERSION, kept.sha256, 1))

    made = await stage.ask(Predict(task="tickets", request=NewPrediction(inputs=({"text": "hello"},))))

    assert made.predictions[0]["messages"][0] == {"role": "system", "content": text}
    assert made.version_id == VERSION
