"""Where prompts that people wrote are shown to be artifacts like any other, except that no holdout measures them."""

import math

import pytest

from tests.trainer.trainers.test_chat import questions, trained
from trainer.executors.comparing import compare
from trainer.trainers.chat import kind
from trainer.trainers.chat.storing import dump_written
from trainer.trainers.kind import UnreadableArtifact, UnusableInput

LONG = "Zeile mit Ümläuten, 漢字 und 🙂.\n" * 6_000


@pytest.mark.parametrize("text", ["Be kind.", LONG[:200_000], "\u2028\r\n\t{}%s", "𐀀\ud7ff"])
def test_a_written_prompt_begins_the_conversation_as_it_was_written(text: str) -> None:
    answer = kind.load(dump_written(text)).predict([{"text": "where is my parcel?"}])[0]

    assert answer["messages"] == [
        {"role": "system", "content": text},
        {"role": "user", "content": "where is my parcel?"},
    ]
    assert answer["text"] is None
    assert answer["tokens"] > 0


def test_a_conversation_goes_on_after_the_prompt() -> None:
    said = [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "hello"},
        {"role": "user", "content": "?"},
    ]

    answer = kind.load(dump_written("Be kind.")).predict([{"messages": said}])[0]

    assert [turn["content"] for turn in answer["messages"]] == ["Be kind.", "hi", "hello", "?"]


def test_the_same_text_gives_the_same_bytes_and_another_text_others() -> None:
    assert dump_written("one") == dump_written("one")
    assert dump_written("one") != dump_written("two")


@pytest.mark.parametrize("asked", [{}, {"text": ""}, {"text": 3}, {"messages": "nonsense"}, {"messages": []}])
def test_an_input_that_asks_nothing_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(UnusableInput, match=r"inputs\[0\]"):
        kind.load(dump_written("Be kind.")).predict([asked])


@pytest.mark.parametrize("cut", [0, 10, -10])
def test_an_artifact_that_was_cut_is_refused(cut: int) -> None:
    with pytest.raises(UnreadableArtifact):
        kind.load(dump_written("Be kind.")[:cut])


def test_a_written_prompt_cannot_be_measured_on_a_holdout() -> None:
    rows = questions(40)

    measured = kind.evaluate(dump_written("Be kind."), rows)

    assert len(measured.losses) == rows.height
    assert all(math.isnan(loss) for loss in measured.losses)


def test_a_trained_version_is_compared_with_a_baseline_where_a_written_prompt_serves() -> None:
    compared = compare(kind, trained().artifact, questions(40), ("champion", dump_written("Be kind.")))

    assert compared.comparison is not None
    assert compared.comparison.against != "the champion"


def test_a_written_prompt_has_no_rows_to_download() -> None:
    assert kind.table is not None
    assert kind.table(dump_written("Be kind.")).is_empty()
