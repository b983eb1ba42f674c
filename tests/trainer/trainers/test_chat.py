"""Where prompts are shown to hold telling examples within a budget, and conversations to be read leniently."""

import json
import subprocess
import sys
from functools import cache
from hashlib import sha256
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from tests.trainer.trainers.rows import Remembered, tickets
from trainer.trainers import archive
from trainer.trainers.archive import Contents
from trainer.trainers.chat import kind
from trainer.trainers.chat.scoring import similarity
from trainer.trainers.chat.storing import FORMAT
from trainer.trainers.kind import Trained, UnfitTrainingRows, UnreadableArtifact, UnusableInput, Workshop

TRAIN_ELSEWHERE = """
from hashlib import sha256
from tests.trainer.trainers.test_chat import trained
print(sha256(trained().artifact).hexdigest())
"""
ANSWERS = {
    "billing": "We have checked the invoice and will refund you.",
    "login": "Please reset your password with the link that we sent.",
    "shipping": "The courier will bring your parcel tomorrow.",
}


def questions(rows: int = 200) -> pl.DataFrame:
    made = tickets(rows)
    answers = [ANSWERS[label] for label in made["label"]]
    return pl.DataFrame({"input": made["text"], "output": answers})


def compose(rows: pl.DataFrame, **chosen: Any) -> Trained:
    parameters = kind.parameters(**chosen)
    return kind.train(kind.split(rows, parameters, "hash"), parameters, Workshop(Remembered()))


@cache
def trained() -> Trained:
    return compose(questions())


def picked(result: Trained) -> list[str]:
    assert kind.table is not None
    return kind.table(result.artifact)["input"].to_list()


def test_the_answer_of_the_nearest_question_is_found() -> None:
    answer = kind.load(trained().artifact).predict([{"text": "the courier lost my parcel, where is the box"}])[0]

    assert answer["text"] == ANSWERS["shipping"]
    assert 0 < answer["confidence"] <= 1


def test_a_conversation_is_composed_for_a_model() -> None:
    given = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}]
    asked = [*given, {"role": "user", "content": "my password is locked"}]

    answer = kind.load(trained().artifact).predict([{"messages": asked}])[0]

    first, *examples = answer["messages"][:-3]
    assert first["role"] == "system"
    assert [turn["role"] for turn in examples[:2]] == ["user", "assistant"]
    assert answer["messages"][-3:] == asked
    assert answer["text"] == ANSWERS["login"]


def test_nearest_examples_come_first_where_they_are_asked_for() -> None:
    result = compose(questions(), dynamic=True, examples=3)

    answer = kind.load(result.artifact).predict([{"text": "password reset code"}])[0]

    assert answer["messages"][2]["content"] == ANSWERS["login"] == answer["text"]
    assert len(answer["messages"]) == 2 * 3 + 2


def test_where_nothing_is_alike_the_prompt_keeps_its_examples_and_confidence_is_nothing() -> None:
    result = compose(questions(), dynamic=True)

    answer = kind.load(result.artifact).predict([{"text": "ж"}])[0]

    assert answer["confidence"] == 0
    assert [turn["content"] for turn in answer["messages"][1:-1:2]] == picked(result)


def test_the_same_rows_give_the_same_bytes_in_another_process() -> None:
    search = [path for path in sys.path if path]

    there = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {search!r}\n{TRAIN_ELSEWHERE}"],
        capture_output=True,
        check=True,
        text=True,
    )

    assert there.stdout.strip() == sha256(trained().artifact).hexdigest()


@pytest.mark.parametrize("budget", [120, 200, 400])
def test_a_prompt_stays_within_its_budget(budget: int) -> None:
    result = compose(questions(), budget_tokens=budget, examples=200)

    assert 0 < result.metrics["prompt_tokens"] <= budget
    assert len(kind.load(result.artifact).predict([{"text": "x"}])[0]["prompt"]) <= 4 * budget


def test_examples_differ_from_one_another() -> None:
    rows = pl.concat([questions(40), *[questions(40).with_columns(pl.col("input") + "!" * n) for n in range(1, 5)]])

    result = compose(rows, examples=20, diversity=0)

    assert len({text.rstrip("!") for text in picked(result)}) == len(picked(result))


def test_better_examples_are_preferred() -> None:
    rows = questions().with_columns(quality=pl.int_range(pl.len()) % 2)

    result = compose(rows, examples=5, diversity=0.2)

    good = rows.filter(pl.col("quality") == 1)["input"]
    assert set(picked(result)) <= set(good)


def test_a_budget_that_holds_no_example_is_refused() -> None:
    with pytest.raises(
        UnfitTrainingRows, match="The budget of 50 tokens holds no example: the instructions take about"
    ):
        compose(questions(), budget_tokens=50)


def test_known_answers_lose_less_than_the_commonest() -> None:
    snapshot = kind.split(questions(), kind.parameters(), "hash")

    evaluation = kind.evaluate(trained().artifact, snapshot.holdout)

    assert evaluation.baseline is not None
    assert sum(evaluation.losses) < 0.1 * sum(evaluation.baseline)
    assert evaluation.metrics == trained().metrics


def messages(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [turn for asked, said in pairs for turn in ({"role": "user", "content": asked}, _said(said))]


def _said(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def test_conversations_may_come_as_lists_or_as_json() -> None:
    talks = [messages(("hello", "hi"), (text, answer)) for text, answer in questions(50).iter_rows()]

    listed = kind.split(pl.DataFrame({"messages": talks}), kind.parameters(), "hash")
    written = kind.split(pl.DataFrame({"messages": [json.dumps(talk) for talk in talks]}), kind.parameters(), "hash")

    plain = kind.split(questions(50), kind.parameters(), "hash")
    assert listed.train.equals(written.train)
    assert listed.train.equals(plain.train)


@pytest.mark.parametrize("columns", [("text", "label"), ("text", "output"), ("input", "output")])
def test_approved_examples_are_rows_too(columns: tuple[str, str]) -> None:
    rows = questions(50).rename(dict(zip(("input", "output"), columns, strict=True)))

    assert kind.split(rows, kind.parameters(), "hash").train.columns == ["input", "output"]


def test_rows_that_cannot_be_used_are_left_out_and_counted() -> None:
    talks = [json.dumps(messages((text, answer))) for text, answer in questions(50).iter_rows()]
    broken = ["{", '{"messages": 5}', '[{"role": 1}]', "[5]", None, "[]", '[{"role": "user", "content": "alone"}]']

    snapshot = kind.split(pl.DataFrame({"messages": talks + broken}), kind.parameters(), "hash")

    assert snapshot.removed["unreadable"] == 4
    assert snapshot.removed["blank"] == 3


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            pl.DataFrame({"question": ["a"]}),
            "The data has neither a column 'messages' nor the columns 'input' and 'outp",
        ),
        (pl.DataFrame(), "The data has neither a column 'messages' nor the columns 'input' and 'output'"),
        (questions(3), "Of 3 rows, the data has 3 rows with a question and an answer; a prompt needs at least 5."),
        (questions(50).with_columns(output=pl.lit(" ")), "Of 50 rows, the data has no rows with a question"),
        (pl.DataFrame({"messages": ["x", "{"]}), "None of the 2 conversations can be read: row 1 is not JSON; row 2"),
        (questions(50).with_columns(split=pl.lit("train")), "None of the 50 rows fell into the holdout"),
        (questions(50).with_columns(split=pl.lit("holdout")), "No rows are left to choose examples from"),
    ],
)
def test_rows_without_questions_and_answers_are_refused(rows: pl.DataFrame, sentence: str) -> None:
    with pytest.raises(UnfitTrainingRows) as refused:
        kind.split(rows, kind.parameters(), "hash")

    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({}, r"inputs\[1\]\.text: a text"),
        ({"text": " "}, r"inputs\[1\]\.text: a text"),
        ({"messages": 5}, r"inputs\[1\]\.messages: must be a list"),
        ({"messages": []}, r"inputs\[1\]\.messages: the user has said nothing"),
        ({"messages": [{"content": "x"}]}, r"inputs\[1\]\.messages: turn 0 has no 'role'"),
        ({"messages": [_said("hi")]}, r"inputs\[1\]\.messages: the user has said nothing"),
    ],
)
def test_an_input_that_asks_nothing_is_refused_by_its_position(asked: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnusableInput, match=reason):
        kind.load(trained().artifact).predict([{"text": "fine"}, asked])


def test_no_inputs_have_no_answers() -> None:
    assert kind.load(trained().artifact).predict([]) == []


@pytest.mark.parametrize("piece", [slice(0), slice(9), slice(-1)])
def test_a_piece_of_an_artifact_cannot_be_loaded(piece: slice) -> None:
    with pytest.raises(UnreadableArtifact):
        kind.load(trained().artifact[piece])


@pytest.mark.parametrize(
    "spoilt",
    [{"examples": []}, {"chosen": [10**6]}, {"parameters": {"examples": 0}}, {"index": {}}, {"examples": [["one"]]}],
)
def test_an_artifact_whose_facts_do_not_fit_cannot_be_loaded(spoilt: dict[str, Any]) -> None:
    contents = archive.unpack(trained().artifact, FORMAT)

    with pytest.raises(UnreadableArtifact, match="does not hold a prompt"):
        kind.load(archive.pack(Contents(FORMAT, {**contents.facts, **spoilt}, contents.arrays)))


@pytest.mark.parametrize("wrong", [{"method": "soft_prompt"}, {"system": "  "}, {"budget_tokens": 0}, {"shots": 3}])
def test_parameters_it_does_not_know_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.parameters(**wrong)


@pytest.mark.parametrize(
    ("answer", "ideal", "expected"),
    [
        ("Yes, of course!", "yes of course", 1),
        ("a b", "b c", 0.5),
        ("a", "b", 0),
        ("?", "!", 1),
        ("明日届く", "明日着く", 0.75),
    ],
)
def test_similarity_counts_shared_words(answer: str, ideal: str, expected: float) -> None:
    assert similarity(answer, ideal) == pytest.approx(expected)
